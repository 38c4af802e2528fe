<?php
/**
 * From what an author wrote to the attributes of the element: whatever cannot be meant is left out.
 *
 * @package Alentour
 */

defined( 'ABSPATH' ) || exit;

/**
 * The attributes of the element.
 *
 * @param array $asked What a block or a shortcode says, by its names.
 * @return array<string, string> Values by attribute; none is empty but that of `only`, which has no value.
 */
function alentour_attributes( array $asked ) {
	$asked      = array_merge( array_fill_keys( array( 'place', 'radius', 'countries', 'kinds', 'causes', 'lang', 'theme', 'limit', 'initiative' ), '' ), $asked );
	$initiative = alentour_initiative( $asked['initiative'] );
	$found      = array(
		'place'     => alentour_text( $asked['place'] ),
		'radius'    => alentour_radius( $asked['radius'] ),
		'countries' => strtoupper( implode( ' ', alentour_known( $asked['countries'], alentour_countries() ) ) ),
		'kinds'     => implode( ',', alentour_known( $asked['kinds'], alentour_kinds() ) ),
		'causes'    => implode( ',', alentour_known( $asked['causes'], alentour_causes() ) ),
		'lang'      => implode( '', array_slice( alentour_known( $asked['lang'], alentour_languages() ), 0, 1 ) ),
		'theme'     => implode( '', array_slice( alentour_known( $asked['theme'], alentour_themes() ), 0, 1 ) ),
		'limit'     => alentour_number( $asked['limit'], 1, 100 ),
		'open'      => $initiative,
	);
	$found      = array_filter( $found, 'strlen' );
	return '' === $initiative ? $found : array_merge( $found, array( 'only' => '' ) );
}

/**
 * A line of text.
 *
 * @param mixed $value What was written.
 * @return string Without tags, and no longer than the name of a place is.
 */
function alentour_text( $value ) {
	return is_scalar( $value ) ? mb_substr( sanitize_text_field( (string) $value ), 0, 100 ) : '';
}

/**
 * A whole number, with or without its unit.
 *
 * @param mixed $value What was written: 25, "25", "25 km".
 * @param int   $least The least that is meant.
 * @param int   $most  The most that is meant.
 * @return string Empty where it is none.
 */
function alentour_number( $value, $least, $most ) {
	if ( ! preg_match( '/^\s*(\d{1,5})(?!\d)/', alentour_text( $value ), $match ) ) {
		return '';
	}
	$number = (int) $match[1];
	return $number >= $least && $number <= $most ? (string) $number : '';
}

/**
 * How far around the place.
 *
 * @param mixed $value Kilometres, or "any".
 * @return string Empty where it is neither.
 */
function alentour_radius( $value ) {
	return 'any' === strtolower( alentour_text( $value ) ) ? 'any' : alentour_number( $value, 1, 20000 );
}

/**
 * The identifiers in a list, which may say names in the page's language instead.
 *
 * @param mixed                 $value A list, or a text with commas, or with spaces where these are not part of a name.
 * @param array<string, string> $known Names by identifier.
 * @return string[] Those that are known, and those that look like an identifier of a feed's own.
 */
function alentour_known( $value, array $known ) {
	$names = array();
	foreach ( $known as $id => $name ) {
		$names[ alentour_plain( $id ) ]   = $id;
		$names[ alentour_plain( $name ) ] = $id;
	}
	$found = array();
	$words = is_array( $value ) ? $value : explode( ',', alentour_text( $value ) );
	foreach ( $words as $word ) {
		$word = alentour_text( $word );
		// "volunteering gathering" is two, "Local group" one.
		$parts = isset( $names[ alentour_plain( $word ) ] ) ? array( $word ) : preg_split( '/\s+/', $word, -1, PREG_SPLIT_NO_EMPTY );
		foreach ( $parts as $part ) {
			$id = $names[ alentour_plain( $part ) ] ?? $part;
			if ( preg_match( '/^[A-Za-z][A-Za-z0-9_-]{0,39}$/', $id ) ) {
				$found[] = $id;
			}
		}
	}
	return array_values( array_unique( $found ) );
}

/**
 * A name as one compares it: without accents, capitals and the plural's s.
 *
 * @param string $name A name.
 * @return string The same for names that are meant alike.
 */
function alentour_plain( $name ) {
	return rtrim( sanitize_title( remove_accents( $name ) ), 's' );
}

/**
 * The identifier of one initiative.
 *
 * @param mixed $value The identifier, or an address that shows the initiative.
 * @return string Empty where there is none.
 */
function alentour_initiative( $value ) {
	$text = is_scalar( $value ) ? trim( sanitize_text_field( (string) $value ) ) : '';
	if ( preg_match( '~(?:/i/|[#?&]alentour=)([^/?#&]+)~', is_scalar( $value ) ? (string) $value : '', $match ) ) {
		$text = sanitize_text_field( rawurldecode( $match[1] ) );
	}
	return mb_substr( $text, 0, 200 );
}
