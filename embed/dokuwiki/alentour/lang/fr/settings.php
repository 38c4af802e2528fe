<?php

$lang['server'] = 'Adresse du serveur Alentour, par exemple https://agir.example.org';
