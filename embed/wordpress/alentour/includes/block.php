<?php
/**
 * The block: chosen in the editor, rendered here. What is stored in the page is a comment, which every author may write.
 *
 * @package Alentour
 */

defined( 'ABSPATH' ) || exit;

/**
 * The name that WordPress gives the editor's script.
 */
const ALENTOUR_EDITOR = 'alentour-actions-editor-script';

/**
 * Tells WordPress.
 */
function alentour_register_block() {
	register_block_type( dirname( ALENTOUR_FILE ) . '/block', array( 'render_callback' => 'alentour_render_block' ) );
	wp_set_script_translations( ALENTOUR_EDITOR, 'alentour', dirname( ALENTOUR_FILE ) . '/languages' );
}
add_action( 'init', 'alentour_register_block' );

/**
 * The block in a page.
 *
 * @param array $attributes What was chosen.
 * @return string HTML.
 */
function alentour_render_block( $attributes ) {
	$html = alentour_render( $attributes );
	return '' === $html ? '' : sprintf( '<div %s>%s</div>', get_block_wrapper_attributes(), $html );
}

/**
 * Tells the editor's script what there is to choose from.
 */
function alentour_tell_editor() {
	$options = static function ( array $names ) {
		$options = array();
		foreach ( $names as $value => $label ) {
			$options[] = array(
				'value' => $value,
				'label' => $label,
			);
		}
		return $options;
	};
	$site    = array(
		'server'    => alentour_server(),
		'settings'  => current_user_can( 'manage_options' ) ? admin_url( 'options-general.php?page=alentour' ) : '',
		'kinds'     => $options( alentour_kinds() ),
		'causes'    => $options( alentour_causes() ),
		'languages' => $options( alentour_languages() ),
		'countries' => $options( alentour_countries() ),
		'themes'    => $options( alentour_themes() ),
	);
	wp_add_inline_script( ALENTOUR_EDITOR, 'window.alentourSite = ' . wp_json_encode( $site, JSON_HEX_TAG ) . ';', 'before' );
}
add_action( 'enqueue_block_editor_assets', 'alentour_tell_editor' );
