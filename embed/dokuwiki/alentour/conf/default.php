<?php

// No server until somebody has named one.
$conf['server'] = '';
