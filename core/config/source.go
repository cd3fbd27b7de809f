package config

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Caps against files made to exhaust memory or the stack.
const (
	maxBytes  = 4 << 20 // of one file
	maxTokens = 250_000 // of one file
	maxNodes  = 100_000 // of all files, with aliases expanded
	maxDepth  = 64      // of nesting
)

// source is one file.
type source struct {
	name   string
	rank   int // the order in which files were opened
	text   string
	tokens token.Tokens
	masked []string // lines without secrets; made by excerpt
}

// syntaxError is what the YAML library's errors are, seen from here.
type syntaxError interface {
	error
	GetToken() *token.Token
	GetMessage() string
}

// parse gives the file's one document; nil when it is empty.
func (s *source) parse(ps *problems) ast.Node {
	s.text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(s.text, "\ufeff"))
	if len(s.text) > maxBytes {
		size := len(s.text)
		s.text = "" // no excerpt of it either
		ps.add(place{src: s}, Error, "", fmt.Sprintf("the file has %d bytes: the limit is %d", size, maxBytes))
		return nil
	}
	if !utf8.ValidString(s.text) {
		ps.add(place{src: s}, Error, "", "the file is not UTF-8 text")
		return nil
	}
	s.tokens = lexer.Tokenize(s.text)
	if len(s.tokens) > maxTokens {
		ps.add(place{src: s}, Error, "", "the file is too long")
		return nil
	}
	if deep := tooDeep(s.tokens); deep != nil {
		ps.add(s.at(deep), Error, "", "nested too deeply")
		return nil
	}
	file, err := parser.Parse(s.tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		at, message := place{src: s}, "not YAML"
		if syntax := syntaxError(nil); errors.As(err, &syntax) {
			at, message = s.at(syntax.GetToken()), syntax.GetMessage()
		}
		if strings.Contains(message, "'\t'") {
			message = "a tab indents here: YAML wants spaces"
		}
		ps.add(at, Error, "", message)
		return nil
	}
	var body ast.Node
	for _, doc := range file.Docs {
		switch {
		case doc.Body == nil:
		case body != nil:
			ps.add(s.at(doc.Body.GetToken()), Error, "", "a second YAML document starts here: only one is read")
			return body
		default:
			body = doc.Body
		}
	}
	return body
}

func (s *source) at(t *token.Token) place {
	if t == nil || t.Position == nil {
		return place{src: s}
	}
	return place{s, t.Position.Line, max(t.Position.Column, 1)}
}

// tooDeep finds the token at which nesting passes what the parser, which
// recurses, should be given. Indentation needs no check: it costs the writer
// a character per level and line.
func tooDeep(tokens token.Tokens) *token.Token {
	flow, line, onLine := 0, 0, 0
	for _, t := range tokens {
		if t.Position.Line != line {
			line, onLine = t.Position.Line, 0
		}
		switch t.Type {
		case token.MappingStartType, token.SequenceStartType:
			flow++
		case token.MappingEndType, token.SequenceEndType:
			flow--
		case token.SequenceEntryType, token.MappingKeyType, token.TagType, token.AnchorType:
			onLine++
		case token.CollectEntryType:
			onLine = 0
		}
		if flow > maxDepth || onLine > maxDepth {
			return t
		}
	}
	return nil
}
