<?php
/**
 * What can be chosen, by the names that people know.
 *
 * @package Alentour
 */

defined( 'ABSPATH' ) || exit;

/**
 * The kinds of actions.
 *
 * @return array<string, string> Names by identifier.
 */
function alentour_kinds() {
	return array(
		'volunteering' => __( 'Volunteering', 'alentour' ),
		'gathering'    => __( 'Gathering', 'alentour' ),
		'petition'     => __( 'Petition', 'alentour' ),
		'group'        => __( 'Local group', 'alentour' ),
		'project'      => __( 'Project', 'alentour' ),
		'campaign'     => __( 'Campaign', 'alentour' ),
		'training'     => __( 'Training', 'alentour' ),
	);
}

/**
 * The causes.
 *
 * @return array<string, string> Names by identifier.
 */
function alentour_causes() {
	return array(
		'poverty'     => __( 'Poverty', 'alentour' ),
		'education'   => __( 'Education', 'alentour' ),
		'health'      => __( 'Health', 'alentour' ),
		'employment'  => __( 'Employment', 'alentour' ),
		'housing'     => __( 'Housing', 'alentour' ),
		'inclusion'   => __( 'Inclusion', 'alentour' ),
		'environment' => __( 'Environment', 'alentour' ),
		'culture'     => __( 'Culture', 'alentour' ),
	);
}

/**
 * The languages that the list speaks, each by its own name.
 *
 * @return array<string, string> Names by code.
 */
function alentour_languages() {
	return array(
		'fr' => 'Français',
		'en' => 'English',
		'es' => 'Español',
		'ar' => 'العربية',
	);
}

/**
 * The countries whose places are known.
 *
 * @return array<string, string> Names by code.
 */
function alentour_countries() {
	return array(
		'FR' => __( 'France', 'alentour' ),
		'BE' => __( 'Belgium', 'alentour' ),
		'CH' => __( 'Switzerland', 'alentour' ),
		'LU' => __( 'Luxembourg', 'alentour' ),
		'MC' => __( 'Monaco', 'alentour' ),
		'DE' => __( 'Germany', 'alentour' ),
		'ES' => __( 'Spain', 'alentour' ),
		'IT' => __( 'Italy', 'alentour' ),
		'GB' => __( 'United Kingdom', 'alentour' ),
	);
}

/**
 * What a single initiative may be instead of itself: a button with its count, which opens it.
 *
 * @return array<string, string> Names by identifier.
 */
function alentour_looks() {
	return array( 'button' => __( 'Button', 'alentour' ) );
}

/**
 * The colours.
 *
 * @return array<string, string> Names by identifier.
 */
function alentour_themes() {
	return array(
		'light' => __( 'Light', 'alentour' ),
		'dark'  => __( 'Dark', 'alentour' ),
		'auto'  => __( 'As the visitor’s device', 'alentour' ),
	);
}
