<?php
/**
 * The shortcode: [alentour place="69007"], or [alentour place="69007"]All our actions[/alentour].
 *
 * @package Alentour
 */

defined( 'ABSPATH' ) || exit;

/**
 * Shows the list where the shortcode stands. WordPress makes paragraphs before it, and no more after it.
 *
 * @param array|string $written What the shortcode says; a text where it says nothing.
 * @param string|null  $content What stands between its two halves.
 * @return string HTML.
 */
function alentour_shortcode( $written, $content = null ) {
	$asked = array();
	foreach ( alentour_unquoted( (array) $written ) as $name => $value ) {
		// As the tag's attributes are called, too.
		$name           = preg_replace( '/^data-/', '', $name );
		$name           = 'open' === $name ? 'initiative' : $name;
		$asked[ $name ] = $value;
	}
	if ( null !== $content && '' !== trim( $content ) ) {
		$asked['text'] = wp_strip_all_tags( $content );
	}
	return alentour_render( $asked );
}

/**
 * Understands attributes in the quotation marks that a word processor makes: “69007”, « 69007 ».
 *
 * @param array $asked Attributes by name; by number what WordPress could not read.
 * @return array Attributes by name.
 */
function alentour_unquoted( array $asked ) {
	$last = '';
	foreach ( $asked as $name => $value ) {
		if ( is_string( $name ) ) {
			$last           = $name;
			$asked[ $name ] = alentour_bare( $value );
			continue;
		}
		unset( $asked[ $name ] );
		if ( preg_match( '/^([a-z-]+)=(.*)$/su', (string) $value, $match ) ) {
			$last           = $match[1];
			$asked[ $last ] = alentour_bare( $match[2] );
		} elseif ( '' !== $last ) {
			// The next word of a value that WordPress has cut at a space.
			$asked[ $last ] = trim( $asked[ $last ] . ' ' . alentour_bare( $value ) );
		}
	}
	return $asked;
}

/**
 * A value without quotation marks around it.
 *
 * @param mixed $value The value.
 * @return string The value.
 */
function alentour_bare( $value ) {
	$text = html_entity_decode( (string) $value, ENT_QUOTES | ENT_HTML5, 'UTF-8' );
	return preg_replace( '/^[\s\x{a0}\x{202f}"\'“”„«»‘’″′]+|[\s\x{a0}\x{202f}"\'“”„«»‘’″′]+$/u', '', $text ) ?? '';
}

/**
 * Tells WordPress.
 */
function alentour_register_shortcode() {
	add_shortcode( 'alentour', 'alentour_shortcode' );
}
add_action( 'init', 'alentour_register_shortcode' );
