<?php

/**
 * {{alentour>69007}}: the collective actions near a place, with sign-up on the page.
 *
 * {{alentour>69007?radius=10&kinds=volunteering,petition|All our actions}}: more choices, and what the fallback link
 * says.
 *
 * @license MIT OR Apache-2.0
 */
class syntax_plugin_alentour extends \dokuwiki\Extension\SyntaxPlugin
{
    /** What may be chosen; `open` shows a single initiative. */
    private const CHOICES = ['place', 'radius', 'countries', 'kinds', 'causes', 'lang', 'theme', 'limit', 'open'];

    /** What the server's own page of the list understands of that. */
    private const QUERY = ['place', 'radius', 'countries', 'kinds', 'causes'];

    public function getType()
    {
        return 'substition';
    }

    public function getPType()
    {
        return 'block';
    }

    public function getSort()
    {
        return 300; // Before media, which begin alike.
    }

    public function connectTo($mode)
    {
        $this->Lexer->addSpecialPattern('\{\{alentour>[^}]*\}\}', $mode, 'plugin_alentour');
    }

    public function handle($match, $state, $pos, Doku_Handler $handler)
    {
        [$asked, $text] = array_pad(explode('|', substr($match, 11, -2), 2), 2, '');
        [$place, $query] = array_pad(explode('?', $asked, 2), 2, '');
        parse_str($query, $choices);
        $choices['place'] = $place;
        $chosen = [];
        foreach (self::CHOICES as $name) {
            $value = $choices[$name] ?? '';
            if (is_string($value) && trim($value) !== '') {
                $chosen[$name] = trim($value);
            }
        }
        return ['chosen' => $chosen, 'text' => trim($text)];
    }

    public function render($format, Doku_Renderer $renderer, $data)
    {
        $server = rtrim(trim($this->getConf('server')), '/');
        if (!preg_match('~^https?://[^\s"\'<>]+$~i', $server)) {
            $renderer->cdata($this->getLang('unset'));
            return true;
        }
        $page = $this->page($server, $data['chosen']);
        $text = $data['text'] === '' ? $this->getLang('link') : $data['text'];
        if ($format !== 'xhtml') {
            $renderer->externallink($page, $text);
            return true;
        }
        $attributes = '';
        foreach ($data['chosen'] as $name => $value) {
            $attributes .= sprintf(' %s="%s"', $name, hsc($value));
        }
        $attributes .= isset($data['chosen']['open']) ? ' only' : '';
        $link = sprintf('<a href="%s">%s</a>', hsc($page), hsc($text));
        $renderer->doc .= "<alentour-widget$attributes>$link</alentour-widget>";
        $renderer->doc .= sprintf('<script async src="%s/v1/alentour.js"></script>', hsc($server));
        return true;
    }

    /** Where the fallback link leads: the server's own page of the same. */
    private function page($server, $chosen)
    {
        global $conf;
        $query = ['lang' => $chosen['lang'] ?? substr($conf['lang'], 0, 2)];
        if (isset($chosen['open'])) {
            return $server . '/i/' . rawurlencode($chosen['open']) . '?' . http_build_query($query, '', '&');
        }
        $query += array_intersect_key($chosen, array_flip(self::QUERY));
        return $server . '/near?' . http_build_query($query, '', '&'); // DokuWiki has PHP write `&amp;`.
    }
}
