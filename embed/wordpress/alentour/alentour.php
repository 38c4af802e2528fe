<?php
/**
 * Plugin Name:       Alentour
 * Description:       Collective actions near a place, on a page of yours: visitors find them and sign up without leaving it.
 * Version:           0.1.0
 * Requires at least: 6.1
 * Requires PHP:      7.4
 * Author:            The Alentour contributors
 * License:           GPL-2.0-or-later
 * License URI:       https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain:       alentour
 * Domain Path:       /languages
 *
 * @package Alentour
 */

defined( 'ABSPATH' ) || exit;

define( 'ALENTOUR_FILE', __FILE__ );

require_once __DIR__ . '/includes/translations.php';
require_once __DIR__ . '/includes/choices.php';
require_once __DIR__ . '/includes/attributes.php';
require_once __DIR__ . '/includes/server.php';
require_once __DIR__ . '/includes/script.php';
require_once __DIR__ . '/includes/element.php';
require_once __DIR__ . '/includes/block.php';
require_once __DIR__ . '/includes/shortcode.php';
if ( is_admin() ) {
	require_once __DIR__ . '/includes/settings.php';
}
