<?php
/**
 * Takes away what the plugin has stored: its one option.
 *
 * @package Alentour
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

if ( is_multisite() ) {
	$alentour_sites = get_sites(
		array(
			'fields' => 'ids',
			'number' => 0,
		)
	);
	foreach ( $alentour_sites as $alentour_site ) {
		delete_blog_option( $alentour_site, 'alentour_server' );
	}
} else {
	delete_option( 'alentour_server' );
}
