<?php

$meta['server'] = ['string', '_caution' => 'security', '_pattern' => '~^(https?://[^\s"\'<>]+)?$~i'];
