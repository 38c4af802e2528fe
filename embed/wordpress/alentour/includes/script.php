<?php
/**
 * The script and the room that is kept for the list: once a page, and only on pages that have one.
 *
 * @package Alentour
 */

defined( 'ABSPATH' ) || exit;

/**
 * How much room is kept until the list is there, so that what follows does not move. Where the script does not come, the room is
 * given back: a link must not stand above an empty screen.
 */
const ALENTOUR_ROOM = 'alentour-widget,alentour-action{display:block}' .
	'@media(scripting:enabled){alentour-widget:not(:defined){min-height:max(640px,100vh);animation:alentour-room 0s 10s forwards}}' .
	'@keyframes alentour-room{to{min-height:0}}';

/**
 * Makes them known to WordPress.
 */
function alentour_register_script() {
	if ( '' !== alentour_server() ) {
		// No version in the address: the server says itself how long it may be kept, and its query means something else.
		wp_register_script( 'alentour', alentour_server() . '/v1/alentour.js', array(), null, false ); // phpcs:ignore WordPress.WP.EnqueuedResourceParameters.MissingVersion
		wp_register_style( 'alentour', false, array(), '1' );
		wp_add_inline_style( 'alentour', ALENTOUR_ROOM );
	}
}
add_action( 'init', 'alentour_register_script' );

/**
 * Puts them on the page.
 */
function alentour_enqueue_script() {
	wp_enqueue_script( 'alentour' );
	wp_enqueue_style( 'alentour' );
}

/**
 * Puts them into the head where the page is known to have a list; elsewhere they come at its end.
 */
function alentour_enqueue_early() {
	$post = get_post();
	if ( is_singular() && $post && ( has_block( 'alentour/actions', $post ) || has_shortcode( $post->post_content, 'alentour' ) ) ) {
		alentour_enqueue_script();
	}
}
add_action( 'wp_enqueue_scripts', 'alentour_enqueue_early' );

/**
 * Nothing of the page waits for the script.
 *
 * @param string $tag    A script's tag.
 * @param string $handle Its name.
 * @return string The tag.
 */
function alentour_async( $tag, $handle ) {
	return 'alentour' === $handle && false === strpos( $tag, ' async' ) ? str_replace( ' src=', ' async src=', $tag ) : $tag;
}
add_filter( 'script_loader_tag', 'alentour_async', 10, 2 );
