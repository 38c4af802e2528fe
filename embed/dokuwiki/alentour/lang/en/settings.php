<?php

$lang['server'] = 'Address of the Alentour server, for instance https://agir.example.org';
