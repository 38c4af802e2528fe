<?php
/**
 * The settings page: the server's address, and what was found there.
 *
 * @package Alentour
 */

defined( 'ABSPATH' ) || exit;

/**
 * Tells WordPress of the option.
 */
function alentour_register_settings() {
	register_setting(
		'alentour',
		'alentour_server',
		array(
			'type'              => 'string',
			'default'           => '',
			'sanitize_callback' => 'alentour_sanitize_server',
		)
	);
}
add_action( 'admin_init', 'alentour_register_settings' );

/**
 * The address that was meant; what was there before where none was.
 *
 * @param mixed $value What was typed.
 * @return string An address, or nothing where nothing was typed.
 */
function alentour_sanitize_server( $value ) {
	$server = alentour_server_in( $value );
	if ( '' === $server && is_scalar( $value ) && '' !== trim( (string) $value ) ) {
		add_settings_error( 'alentour_server', 'alentour', __( 'This is no address of a server. One looks like https://agir.example.org', 'alentour' ) );
		return alentour_server();
	}
	return $server;
}

/**
 * Who may name the server: its script runs on the site and in its editor. On a network of sites that is whoever may write scripts anyway, and not
 * each site's administrator.
 *
 * @return string A capability.
 */
function alentour_capability() {
	return is_multisite() ? 'manage_network_options' : 'manage_options';
}
add_filter( 'option_page_capability_alentour', 'alentour_capability' );

/**
 * Puts the page into the menu.
 */
function alentour_add_page() {
	add_options_page( 'Alentour', 'Alentour', alentour_capability(), 'alentour', 'alentour_show_page' );
}
add_action( 'admin_menu', 'alentour_add_page' );

/**
 * Shows the page.
 */
function alentour_show_page() {
	if ( ! current_user_can( alentour_capability() ) ) {
		return;
	}
	$server = alentour_server();
	?>
	<div class="wrap">
		<h1>Alentour</h1>
		<p><?php esc_html_e( 'The list and its forms come from an Alentour server. Whoever runs it has given you its address.', 'alentour' ); ?></p>
		<form method="post" action="options.php">
			<?php settings_fields( 'alentour' ); ?>
			<table class="form-table" role="presentation">
				<tr>
					<th scope="row"><label for="alentour_server"><?php esc_html_e( 'The server’s address', 'alentour' ); ?></label></th>
					<td>
						<input type="text" inputmode="url" class="regular-text code" id="alentour_server" name="alentour_server" value="<?php echo esc_attr( $server ); ?>" placeholder="https://agir.example.org" aria-describedby="alentour-about">
						<p class="description" id="alentour-about"><?php esc_html_e( 'The browsers of your visitors will load the list from there, without cookies, and nothing from anywhere else.', 'alentour' ); ?></p>
					</td>
				</tr>
			</table>
			<?php submit_button(); ?>
		</form>
		<?php
		if ( '' !== $server ) {
			$found = alentour_check( $server );
			printf(
				'<div id="alentour-found" class="notice inline notice-%s"><p>%s</p></div>',
				esc_attr( $found['ok'] ? 'success' : 'error' ),
				esc_html( $found['said'] )
			);
		}
		?>
		<h2><?php esc_html_e( 'How to put the list on a page', 'alentour' ); ?></h2>
		<p><?php esc_html_e( 'In the block editor: the block “Alentour”. In the classic editor: the shortcode, on a line of its own.', 'alentour' ); ?></p>
		<p><code>[alentour place="69007"]</code></p>
		<p><code>[alentour place="Lyon" radius="10" kinds="<?php echo esc_html( alentour_kinds()['volunteering'] . ', ' . alentour_kinds()['gathering'] ); ?>"]</code></p>
	</div>
	<?php
}

/**
 * A link to the page in the list of plugins.
 *
 * @param string[] $links The links that stand there.
 * @return string[] The links.
 */
function alentour_add_link( $links ) {
	$link = sprintf( '<a href="%s">%s</a>', esc_url( admin_url( 'options-general.php?page=alentour' ) ), esc_html__( 'Settings', 'alentour' ) );
	return array_merge( array( 'alentour' => $link ), $links );
}
add_filter( 'plugin_action_links_' . plugin_basename( ALENTOUR_FILE ), 'alentour_add_link' );
