package tokens

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dlclark/regexp2"
)

// component is a normalizer, pre-tokenizer, post-processor or decoder of a
// tokenizer.json.
type component struct {
	Type          string      `json:"type"`
	Normalizers   []component `json:"normalizers"`
	PreTokenizers []component `json:"pretokenizers"`
	Processors    []component `json:"processors"`
	Decoders      []component `json:"decoders"`

	Pattern struct {
		String *string `json:"String"`
		Regex  *string `json:"Regex"`
	} `json:"pattern"`
	Behavior         string `json:"behavior"`
	Invert           bool   `json:"invert"`
	Content          string `json:"content"`
	Prepend          string `json:"prepend"`
	Start            int    `json:"start"`
	Stop             int    `json:"stop"`
	AddPrefixSpace   bool   `json:"add_prefix_space"`
	UseRegex         *bool  `json:"use_regex"`
	IndividualDigits bool   `json:"individual_digits"`

	Single []struct {
		SpecialToken *struct {
			ID string `json:"id"`
		} `json:"SpecialToken"`
	} `json:"single"`
	SpecialTokens map[string]struct {
		IDs []int `json:"ids"`
	} `json:"special_tokens"`
}

func (t *Tokenizer) readSteps(f *tokenizerFile) (err error) {
	if t.normalize, err = normalizer(f.Normalizer); err != nil {
		return fmt.Errorf("normalizer: %w", err)
	}
	if t.pretokenize, err = preTokenizer(f.PreTokenizer); err != nil {
		return fmt.Errorf("pre-tokenizer: %w", err)
	}
	if t.decode, err = decoder(f.Decoder); err != nil {
		return fmt.Errorf("decoder: %w", err)
	}
	if err = t.readTemplate(f.PostProcessor); err != nil {
		return fmt.Errorf("post-processor: %w", err)
	}
	return nil
}

func normalizer(c *component) (step, error) {
	switch {
	case c == nil:
		return unchanged, nil
	case c.Type == "Sequence":
		return chain(c.Normalizers, normalizer)
	case c.Type == "Prepend":
		return each(func(s string) []string { return []string{c.Prepend + s} }), nil
	case c.Type == "Replace":
		return replacing(c)
	}
	return nil, unsupported(c)
}

func preTokenizer(c *component) (step, error) {
	switch {
	case c == nil:
		return unchanged, nil
	case c.Type == "Sequence":
		return chain(c.PreTokenizers, preTokenizer)
	case c.Type == "Split":
		return splitting(c)
	case c.Type == "Digits":
		return each(func(s string) []string { return splitDigits(s, c.IndividualDigits) }), nil
	case c.Type == "ByteLevel":
		return byteLevel(c)
	}
	return nil, unsupported(c)
}

func decoder(c *component) (step, error) {
	switch {
	case c == nil: // tokens are words
		return func(pieces []string) []string { return []string{strings.Join(pieces, " ")} }, nil
	case c.Type == "Sequence":
		return chain(c.Decoders, decoder)
	case c.Type == "Replace":
		return replacing(c)
	case c.Type == "Fuse":
		return func(pieces []string) []string { return []string{strings.Join(pieces, "")} }, nil
	case c.Type == "Strip":
		return each(func(s string) []string { return []string{strip(s, c)} }), nil
	case c.Type == "ByteFallback":
		return joinBytes, nil
	case c.Type == "ByteLevel":
		return each(func(s string) []string { return []string{fromByteLevel(s)} }), nil
	}
	return nil, unsupported(c)
}

// readTemplate reads what is put around a text. ByteLevel there is about
// offsets, which nothing here has.
func (t *Tokenizer) readTemplate(c *component) error {
	switch {
	case c == nil || c.Type == "ByteLevel":
		return nil
	case c.Type == "Sequence":
		for i := range c.Processors {
			if err := t.readTemplate(&c.Processors[i]); err != nil {
				return err
			}
		}
		return nil
	case c.Type != "TemplateProcessing":
		return unsupported(c)
	}
	around := &t.before
	for _, piece := range c.Single {
		if piece.SpecialToken == nil {
			around = &t.after
			continue
		}
		token, ok := c.SpecialTokens[piece.SpecialToken.ID]
		if !ok {
			return fmt.Errorf("the template's %q is not defined", piece.SpecialToken.ID)
		}
		*around = append(*around, token.IDs...)
	}
	return nil
}

func unsupported(c *component) error { return fmt.Errorf("%q is not supported", c.Type) }

func unchanged(pieces []string) []string { return pieces }

// each does something to every piece that is not empty.
func each(f func(string) []string) step {
	return func(pieces []string) []string {
		var out []string
		for _, p := range pieces {
			if p != "" {
				out = append(out, f(p)...)
			}
		}
		return out
	}
}

func chain(components []component, read func(*component) (step, error)) (step, error) {
	var steps []step
	for i := range components {
		s, err := read(&components[i])
		if err != nil {
			return nil, err
		}
		steps = append(steps, s)
	}
	return func(pieces []string) []string {
		for _, s := range steps {
			pieces = s(pieces)
		}
		return pieces
	}, nil
}

func replacing(c *component) (step, error) {
	if c.Pattern.String == nil || *c.Pattern.String == "" {
		return nil, errors.New("a Replace of anything but a text is not supported")
	}
	return each(func(s string) []string { return []string{strings.ReplaceAll(s, *c.Pattern.String, c.Content)} }), nil
}

// splitting cuts where a pattern matches. Matches are pieces of their own, or
// join the piece before, or go.
func splitting(c *component) (step, error) {
	pattern := ""
	switch {
	case c.Pattern.String != nil:
		pattern = regexp2.Escape(*c.Pattern.String)
	case c.Pattern.Regex != nil:
		pattern = *c.Pattern.Regex
	}
	expression, err := regexp2.Compile(pattern, regexp2.None)
	if err != nil {
		return nil, fmt.Errorf("compile Split: %w", err)
	}
	if c.Behavior != "Isolated" && c.Behavior != "Removed" && c.Behavior != "MergedWithPrevious" {
		return nil, fmt.Errorf("a Split with the behavior %q is not supported", c.Behavior)
	}
	return each(func(s string) []string {
		var out []string
		joins := false // the piece before is no match
		for _, span := range spans(expression, s) {
			isMatch := span.isMatch != c.Invert
			switch {
			case isMatch && c.Behavior == "Removed":
			case isMatch && c.Behavior == "MergedWithPrevious" && joins:
				out[len(out)-1] += span.text
			default:
				out = append(out, span.text)
			}
			joins = !isMatch
		}
		return out
	}), nil
}

type span struct {
	text    string
	isMatch bool
}

// spans cuts a text into matches and what is between them.
func spans(expression *regexp2.Regexp, text string) []span {
	var out []span
	runes, at := []rune(text), 0
	// Without a time limit, an expression has no error but at the end.
	for m, err := expression.FindRunesMatch(runes); m != nil && err == nil; m, err = expression.FindNextMatch(m) {
		if m.Index > at {
			out = append(out, span{string(runes[at:m.Index]), false})
		}
		if m.Length > 0 {
			out = append(out, span{m.String(), true})
		}
		at = m.Index + m.Length
	}
	if at < len(runes) {
		out = append(out, span{string(runes[at:]), false})
	}
	return out
}

func splitDigits(s string, individual bool) []string {
	var out []string
	start, digits := 0, false
	for i, r := range s {
		isDigit := unicode.IsNumber(r)
		if i > start && (isDigit != digits || isDigit && individual) {
			out = append(out, s[start:i])
			start = i
		}
		digits = isDigit
	}
	return append(out, s[start:])
}

func strip(s string, c *component) string {
	for n := c.Start; n > 0 && c.Content != "" && strings.HasPrefix(s, c.Content); n-- {
		s = s[len(c.Content):]
	}
	for n := c.Stop; n > 0 && c.Content != "" && strings.HasSuffix(s, c.Content); n-- {
		s = s[:len(s)-len(c.Content)]
	}
	return s
}

// joinBytes turns tokens such as <0xE2> into the characters that they make up;
// those that make up none become U+FFFD, one for each.
func joinBytes(pieces []string) []string {
	var out []string
	var bytes []byte
	flush := func() {
		if utf8.Valid(bytes) {
			out = append(out, string(bytes))
		} else {
			out = append(out, strings.Repeat("\ufffd", len(bytes)))
		}
		bytes = bytes[:0]
	}
	for _, p := range pieces {
		if len(p) == 6 && strings.HasPrefix(p, "<0x") && p[5] == '>' {
			if b, err := strconv.ParseUint(p[3:5], 16, 8); err == nil {
				bytes = append(bytes, byte(b))
				continue
			}
		}
		flush()
		out = append(out, p)
	}
	flush()
	return out
}
