<?php
/**
 * The element as it stands in a page.
 *
 * @package Alentour
 */

defined( 'ABSPATH' ) || exit;

/**
 * The element with a link in it for those whose browser cannot show the list. It may stand in a paragraph: no part of it is a block.
 *
 * @param array $asked What a block or a shortcode says.
 * @return string HTML.
 */
function alentour_render( array $asked ) {
	if ( '' === alentour_server() ) {
		return alentour_unset();
	}
	$attributes = alentour_attributes( $asked );
	$link       = alentour_link( $attributes, alentour_text( $asked['text'] ?? '' ) );
	// Whoever reads the site in a reader of feeds has no scripts.
	if ( is_feed() ) {
		return $link;
	}
	alentour_enqueue_script();
	$name = 'alentour-widget';
	if ( isset( $attributes['open'] ) && in_array( 'button', alentour_known( $asked['as'] ?? '', alentour_looks() ), true ) ) {
		$name       = 'alentour-action';
		$attributes = array_intersect_key( $attributes, array_flip( array( 'open', 'lang' ) ) );
	}
	$html = '';
	foreach ( $attributes as $attribute => $value ) {
		$html .= '' === $value ? ' ' . $attribute : sprintf( ' %s="%s"', $attribute, esc_attr( $value ) );
	}
	return "<$name$html>$link</$name>";
}

/**
 * The fallback link.
 *
 * @param array<string, string> $attributes The element's attributes.
 * @param string                $text       What it says; empty: what suits.
 * @return string HTML.
 */
function alentour_link( array $attributes, $text ) {
	if ( '' === $text ) {
		$text = isset( $attributes['open'] ) ? __( 'Take part', 'alentour' ) : __( 'All actions', 'alentour' );
		if ( isset( $attributes['place'] ) && ! isset( $attributes['open'] ) ) {
			/* translators: %s: a town or a postcode. */
			$text = sprintf( __( 'Actions near: %s', 'alentour' ), $attributes['place'] );
		}
	}
	return sprintf( '<a href="%s">%s</a>', esc_url( alentour_page( $attributes ) ), esc_html( $text ) );
}

/**
 * What stands in a page while nobody has set the server: nothing, but for who can.
 *
 * @return string HTML.
 */
function alentour_unset() {
	if ( ! current_user_can( 'manage_options' ) ) {
		return '';
	}
	return sprintf(
		'<a href="%s">%s</a>',
		esc_url( admin_url( 'options-general.php?page=alentour' ) ),
		esc_html__( 'Alentour: say which server the list comes from (only administrators see this).', 'alentour' )
	);
}
