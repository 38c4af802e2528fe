<?php

$lang['link'] = 'Toutes les actions';
$lang['unset'] = 'Alentour : le serveur n’est pas encore indiqué (Administration, Configuration, Alentour).';
