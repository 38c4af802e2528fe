<?php
/**
 * The server that the list comes from: the only one that anything is asked of.
 *
 * @package Alentour
 */

defined( 'ABSPATH' ) || exit;

/**
 * Its address.
 *
 * @return string Without its last slash; empty while nobody has set it.
 */
function alentour_server() {
	return (string) get_option( 'alentour_server', '' );
}

/**
 * The address of a server in what somebody pasted.
 *
 * @param mixed $value An address of any page of the server, or a whole tag.
 * @return string Empty where there is none.
 */
function alentour_server_in( $value ) {
	$text = is_scalar( $value ) ? trim( (string) $value ) : '';
	if ( preg_match( '~https?://[^\s"\'<>]+~i', $text, $match ) ) {
		$text = $match[0];
	} elseif ( preg_match( '~^[a-z0-9.-]+\.[a-z]{2,}(?:[:/]|$)~i', $text ) ) {
		$text = 'https://' . $text;
	} else {
		return '';
	}
	// A server may live below a path: only what is the server's own is cut off.
	$text = preg_replace( '~(?:/v\d[^/]*|/near|/i|/frame|/integrer)?(?:/[^/?#]*\.js)?(?:[?#].*)?$~', '', $text );
	return untrailingslashit( esc_url_raw( $text, array( 'http', 'https' ) ) );
}

/**
 * The server's own page of what the element shows: where its fallback link leads.
 *
 * @param array<string, string> $attributes The element's attributes.
 * @return string An address.
 */
function alentour_page( array $attributes ) {
	$query = array( 'lang' => $attributes['lang'] ?? substr( get_locale(), 0, 2 ) );
	$here  = get_permalink();
	if ( $here ) {
		// The server leads back to it, where its operator knows the site.
		$query['from'] = $here;
	}
	if ( isset( $attributes['open'] ) ) {
		return alentour_server() . '/i/' . rawurlencode( $attributes['open'] ) . '?' . http_build_query( $query, '', '&' );
	}
	$query += array_intersect_key( $attributes, array_flip( array( 'place', 'countries', 'radius', 'kinds', 'causes' ) ) );
	return alentour_server() . '/near?' . http_build_query( $query, '', '&' );
}

/**
 * Looks whether a server is there.
 *
 * @param string $server Its address.
 * @return array{ok: bool, said: string} Whether it is, and what to say to who asked.
 */
function alentour_check( $server ) {
	$script  = $server . '/v1/alentour.js';
	$options = array(
		'timeout'             => 10,
		'limit_response_size' => MB_IN_BYTES,
	);
	// On a network of sites, those who may set this may not look around in the network of the machine.
	$answer = is_multisite() ? wp_safe_remote_get( $script, $options ) : wp_remote_get( $script, $options );
	$faulty = static function ( $said ) {
		return array(
			'ok'   => false,
			'said' => $said,
		);
	};
	if ( is_wp_error( $answer ) ) {
		/* translators: 1: an address, 2: why. */
		return $faulty( sprintf( __( 'Nobody answers at %1$s: %2$s', 'alentour' ), $script, $answer->get_error_message() ) );
	}
	$status = wp_remote_retrieve_response_code( $answer );
	if ( 200 !== $status ) {
		/* translators: 1: an address, 2: a status of HTTP, such as 404. */
		return $faulty( sprintf( __( 'A server answers, but it has no %1$s (status %2$d). Is it the address of an Alentour server?', 'alentour' ), $script, $status ) );
	}
	$body = wp_remote_retrieve_body( $answer );
	if ( false === strpos( $body, 'alentour-widget' ) ) {
		/* translators: %s: an address. */
		return $faulty( sprintf( __( 'There is something at %s, but it is not Alentour’s script.', 'alentour' ), $script ) );
	}
	if ( 0 === strpos( home_url(), 'https:' ) && 0 === strpos( $server, 'http:' ) ) {
		return $faulty( __( 'The server is there, but its address begins with http: on a site that begins with https, browsers refuse it. Ask its operator for the address with https.', 'alentour' ) );
	}
	$version = preg_match( '/\bversion:\s*"([0-9][\w.+-]*)"/', $body, $match ) ? $match[1] : '?';
	return array(
		'ok'   => true,
		/* translators: %s: a version such as 1.2.0. */
		'said' => sprintf( __( 'Found: Alentour %s. You can insert the block “Alentour” or the shortcode.', 'alentour' ), $version ),
	);
}
