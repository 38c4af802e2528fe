// The block in the editor: its choices at the side, and the list itself where it will stand. Written as browsers read it.

( function ( { blocks, blockEditor, components, element, i18n }, site ) {
	const { createElement: el, useEffect, useRef, useState } = element;
	const { __ } = i18n;
	const WAIT = 600; // ms. A town is looked up when its name has been typed, not at every letter.

	// Drawn: a letter of an icon font would be spoken before the block's name.
	const icon = el(
		'svg',
		{ viewBox: '0 0 24 24', 'aria-hidden': true, focusable: false },
		el( 'path', { d: 'M12 2a7 7 0 0 0-7 7c0 5 7 13 7 13s7-8 7-13a7 7 0 0 0-7-7zm0 9.5a2.5 2.5 0 1 1 0-5 2.5 2.5 0 0 1 0 5z' } )
	);

	/** Loads the script into the document that the block stands in: the editor's own, or that of its frame. */
	function load( document ) {
		const address = site.server + '/v1/alentour.js';
		const isThere = [ ...document.scripts ].some( ( script ) => script.src === address );
		if ( isThere ) return;
		const script = document.createElement( 'script' );
		script.async = true;
		script.src = address;
		document.head.append( script );
	}

	/** The identifier in what was pasted: it may be the address of a page that shows the initiative. */
	function identifier( text ) {
		const found = /(?:\/i\/|[#?&]alentour=)([^/?#&]+)/.exec( text );
		try {
			return found ? decodeURIComponent( found[ 1 ] ) : text.trim();
		} catch {
			return text.trim();
		}
	}

	/** The list as visitors will see it. Nothing in it can be pressed: nobody signs up by mistake. */
	function Preview( { attributes } ) {
		const box = useRef();
		useEffect( () => load( box.current.ownerDocument ), [] );
		const { countries, kinds, causes, initiative, as, ...rest } = attributes;
		const asked = { countries: countries.join( ' ' ), kinds: kinds.join( ',' ), causes: causes.join( ',' ), open: identifier( initiative ) };
		const values = {};
		for ( const name of [ 'place', 'radius', 'lang', 'theme', 'limit' ] ) asked[ name ] = rest[ name ];
		for ( const name in asked ) if ( asked[ name ] ) values[ name ] = asked[ name ];
		if ( values.open ) values.only = '';
		// Another initiative is another element.
		const widget = values.open && as ? el( 'alentour-action', { open: values.open, lang: values.lang, key: 'a' + values.open } ) : el( 'alentour-widget', { ...values, key: values.open || '' } );
		return el( components.Disabled, null, el( 'div', { ref: box }, widget ) );
	}

	/** A field that tells what was typed once the typing has stopped. */
	function Field( { value, onChange, ...rest } ) {
		const [ typed, setTyped ] = useState( value );
		const told = useRef( value );
		useEffect( () => {
			// Something else has changed it: the way back, or the same field elsewhere.
			if ( value !== told.current ) setTyped( ( told.current = value ) );
		}, [ value ] );
		useEffect( () => {
			if ( typed === told.current ) return;
			const timer = setTimeout( () => onChange( ( told.current = typed ) ), WAIT );
			return () => clearTimeout( timer );
		}, [ typed ] );
		const leave = () => typed !== told.current && onChange( ( told.current = typed ) );
		return el( components.TextControl, { ...rest, value: typed, onChange: setTyped, onBlur: leave } );
	}

	/** Boxes to tick, one for each value. */
	function Boxes( { legend, options, chosen, onChange } ) {
		const toggle = ( value, isOn ) => onChange( options.map( ( it ) => it.value ).filter( ( it ) => ( it === value ? isOn : chosen.includes( it ) ) ) );
		const boxes = options.map( ( { value, label } ) =>
			el( components.CheckboxControl, { key: value, label, checked: chosen.includes( value ), onChange: ( isOn ) => toggle( value, isOn ) } )
		);
		return el( 'fieldset', { style: { marginBottom: '24px' } }, el( 'legend', { style: { marginBottom: '8px' } }, legend ), ...boxes );
	}

	const choice = ( options, none ) => [ { value: '', label: none }, ...options ];

	const distances = () =>
		choice(
			[ ...[ 2, 5, 10, 25, 50, 100 ].map( ( km ) => ( { value: String( km ), label: km + ' km' } ) ), { value: 'any', label: __( 'However far', 'alentour' ) } ],
			__( 'As the list begins (25 km)', 'alentour' )
		);

	function Place( { attributes, setAttributes } ) {
		return el( Field, {
			label: __( 'Town or postcode', 'alentour' ),
			help: __( 'Where the list begins. Empty: what begins soonest, wherever it is.', 'alentour' ),
			value: attributes.place,
			onChange: ( place ) => setAttributes( { place } ),
		} );
	}

	function Choices( props ) {
		const { attributes, setAttributes } = props;
		const { PanelBody, SelectControl } = components;
		const set = ( name ) => ( value ) => setAttributes( { [ name ]: value } );
		const select = ( name, label, options ) => el( SelectControl, { label, options, value: attributes[ name ], onChange: set( name ) } );
		const boxes = ( name, legend ) => el( Boxes, { legend, options: site[ name ], chosen: attributes[ name ], onChange: set( name ) } );
		return el(
			blockEditor.InspectorControls,
			null,
			el( PanelBody, { title: __( 'Where', 'alentour' ) }, el( Place, props ), select( 'radius', __( 'Distance', 'alentour' ), distances() ), boxes( 'countries', __( 'Countries (none: by the language of the page)', 'alentour' ) ) ),
			el( PanelBody, { title: __( 'What', 'alentour' ), initialOpen: false }, boxes( 'kinds', __( 'Kinds (none: all)', 'alentour' ) ), boxes( 'causes', __( 'Causes (none: all)', 'alentour' ) ) ),
			el(
				PanelBody,
				{ title: __( 'How', 'alentour' ), initialOpen: false },
				select( 'lang', __( 'Language', 'alentour' ), choice( site.languages, __( 'That of the page', 'alentour' ) ) ),
				select( 'theme', __( 'Look', 'alentour' ), choice( site.themes, __( 'As the page', 'alentour' ) ) ),
				el( Field, { label: __( 'How many at first', 'alentour' ), type: 'number', min: 1, max: 100, placeholder: '12', value: attributes.limit, onChange: set( 'limit' ) } ),
				el( Field, { label: __( 'Link for browsers that cannot show the list', 'alentour' ), placeholder: __( 'All actions', 'alentour' ), value: attributes.text, onChange: set( 'text' ) } )
			),
			el(
				PanelBody,
				{ title: __( 'A single initiative', 'alentour' ), initialOpen: false },
				el( Field, {
					label: __( 'Its address or identifier', 'alentour' ),
					help: __( 'Then this one alone is shown, opened, in place of the list.', 'alentour' ),
					value: attributes.initiative,
					onChange: ( text ) => setAttributes( { initiative: identifier( text ) } ),
				} ),
				el( components.ToggleControl, {
					label: __( 'A button with its count, which opens it', 'alentour' ),
					checked: attributes.as === 'button',
					onChange: ( isOn ) => setAttributes( { as: isOn ? 'button' : '' } ),
				} )
			)
		);
	}

	function Unset() {
		const said = site.settings
			? el( 'a', { href: site.settings }, __( 'Say which server the list comes from', 'alentour' ) )
			: __( 'An administrator of the site must first say which server the list comes from (Settings, Alentour).', 'alentour' );
		return el( components.Placeholder, { icon, label: 'Alentour' }, said );
	}

	function Edit( props ) {
		const box = blockEditor.useBlockProps();
		if ( ! site.server ) return el( 'div', box, el( Unset ) );
		return el( 'div', box, el( Choices, props ), props.isSelected && el( Place, props ), el( Preview, props ) );
	}

	blocks.registerBlockType( 'alentour/actions', { icon, edit: Edit, save: () => null } );
} )( window.wp, window.alentourSite || { server: '', settings: '', kinds: [], causes: [], languages: [], countries: [], themes: [] } );
