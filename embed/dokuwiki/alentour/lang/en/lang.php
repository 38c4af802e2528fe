<?php

$lang['link'] = 'All actions';
$lang['unset'] = 'Alentour: nobody has said yet which server it is (Admin, Configuration Settings, Alentour).';
