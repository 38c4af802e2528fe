<?php
/**
 * The plugin's own translations, wherever it came from.
 *
 * @package Alentour
 */

defined( 'ABSPATH' ) || exit;

/**
 * Loads them.
 */
function alentour_load_translations() {
	load_plugin_textdomain( 'alentour', false, dirname( plugin_basename( ALENTOUR_FILE ) ) . '/languages' );
}
add_action( 'init', 'alentour_load_translations', 1 );

/**
 * Canada, Belgium and the others read the same French.
 *
 * @param string $file   A file of translations that WordPress looks for; a script's may be false.
 * @param string $domain Whose they are, or the script's handle.
 * @return string|false The file that there is.
 */
function alentour_any_french( $file, $domain ) {
	$is_ours = is_string( $file ) && 0 === strpos( $domain, 'alentour' );
	if ( ! $is_ours || is_readable( $file ) ) {
		return $file;
	}
	$name = preg_replace( '/^(alentour-fr)_[A-Z]{2}(?=[.-])/', '$1_FR', wp_basename( $file ), 1, $count );
	return $count ? dirname( ALENTOUR_FILE ) . '/languages/' . $name : $file;
}
add_filter( 'load_textdomain_mofile', 'alentour_any_french', 10, 2 );
add_filter( 'load_script_translation_file', 'alentour_any_french', 10, 2 );
