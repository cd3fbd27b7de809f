package config

import (
	"fmt"

	"github.com/goccy/go-yaml/ast"
)

type kind uint8

const (
	scalar kind = iota
	mapping
	sequence
)

// node is one YAML value with its place. Aliases are expanded, merge keys
// merged and duplicate keys gone, so that readers see plain data.
type node struct {
	place
	kind    kind
	text    string   // of a scalar
	plain   bool     // a scalar without quotes: it may mean a bool, a number or null
	members []member // of a mapping
	items   []*node  // of a sequence
}

type member struct {
	place
	key   string
	value *node
}

// get returns a member's value; nil when there is none.
func (n *node) get(key string) *node {
	if n == nil {
		return nil
	}
	for _, m := range n.members {
		if m.key == key {
			return m.value
		}
	}
	return nil
}

// null reports whether there is no value.
func (n *node) null() bool {
	return n == nil || n.kind == scalar && n.plain && isNull(n.text)
}

// builder turns the library's syntax tree into nodes.
type builder struct {
	src      *source
	problems *problems
	anchors  map[string]*node
	budget   *int // nodes left, for all files
}

func (b *builder) build(n ast.Node, depth int) *node {
	if !b.spend(n, depth) {
		return &node{place: b.at(n), plain: true}
	}
	out := &node{place: b.at(n)}
	switch n := n.(type) {
	case *ast.MappingNode:
		b.mapping(out, n.Values, depth)
	case *ast.MappingValueNode:
		b.mapping(out, []*ast.MappingValueNode{n}, depth)
	case *ast.SequenceNode:
		out.kind = sequence
		for _, item := range n.Values {
			out.items = append(out.items, b.build(item, depth+1))
		}
	case *ast.LiteralNode:
		out.text = n.Value.Value
	case *ast.AnchorNode:
		value := b.build(n.Value, depth+1)
		b.anchors[n.Name.GetToken().Value] = value
		return value
	case *ast.AliasNode:
		name := n.Value.GetToken().Value
		value, ok := b.anchors[name]
		if !ok {
			b.fail(n, fmt.Sprintf("no anchor &%s before this alias", name))
			out.plain = true
			break
		}
		return b.clone(value, n)
	case *ast.TagNode:
		return b.tagged(n, depth)
	case *ast.StringNode:
		out.text, out.plain = n.Value, !quoted(n.Token.Type)
	case ast.ScalarNode:
		out.text, out.plain = n.GetToken().Value, true
	default: // no value, or nothing but a comment
		out.plain = true
	}
	return out
}

// tagged reads the tags of JSON's types; others would build objects.
func (b *builder) tagged(n *ast.TagNode, depth int) *node {
	value := b.build(n.Value, depth+1)
	switch n.Start.Value {
	case "!!str":
		value.plain = false
	case "!!int", "!!float", "!!bool", "!!null":
		value.plain = true
	case "!!map", "!!seq":
	default:
		b.fail(n, fmt.Sprintf("the tag %s is not supported", n.Start.Value))
	}
	return value
}

func (b *builder) mapping(out *node, values []*ast.MappingValueNode, depth int) {
	out.kind = mapping
	index := map[string]int{}
	var merged []member
	for i, v := range values {
		if _, ok := v.Key.(*ast.MergeKeyNode); ok {
			merged = append(merged, b.merge(v, depth)...)
			continue
		}
		key, ok := keyText(v.Key)
		if !ok {
			b.fail(v.Key, "a key must be plain text")
			continue
		}
		at := b.at(v.Key)
		if i == 0 {
			out.place = at
		}
		if first, twice := index[key]; twice {
			b.problems.add(at, Error, key, fmt.Sprintf("%q is set twice in one mapping, first on line %d", key, out.members[first].line))
			continue
		}
		index[key] = len(out.members)
		out.members = append(out.members, member{at, key, b.build(v.Value, depth+1)})
	}
	// As PyYAML does: what is merged in comes first, what is written here wins,
	// and of several merged mappings the first wins.
	var head []member
	for _, m := range merged {
		if _, ok := index[m.key]; !ok {
			index[m.key] = 0
			head = append(head, m)
		}
	}
	out.members = append(head, out.members...)
}

// merge gives the members that "<<" brings in.
func (b *builder) merge(v *ast.MappingValueNode, depth int) []member {
	from := b.build(v.Value, depth+1)
	if from.kind == mapping {
		return from.members
	}
	var out []member
	for _, item := range from.items {
		out = append(out, item.members...)
	}
	if len(out) == 0 && !from.null() {
		b.fail(v.Key, `"<<" takes a mapping or a list of mappings`)
	}
	return out
}

// clone copies an anchored value: each use of an alias counts, so a file that
// doubles at every level runs into the cap.
func (b *builder) clone(n *node, at ast.Node) *node {
	if !b.spend(at, 0) {
		return &node{place: n.place, plain: true}
	}
	out := *n
	out.members, out.items = nil, nil
	for _, m := range n.members {
		m.value = b.clone(m.value, at)
		out.members = append(out.members, m)
	}
	for _, item := range n.items {
		out.items = append(out.items, b.clone(item, at))
	}
	return &out
}

func (b *builder) spend(n ast.Node, depth int) bool {
	if depth > maxDepth {
		b.fail(n, "nested too deeply")
		return false
	}
	*b.budget--
	if *b.budget == 0 {
		b.fail(n, "too many values, with aliases expanded")
	}
	return *b.budget > 0
}

func (b *builder) at(n ast.Node) place {
	if n == nil {
		return place{src: b.src}
	}
	return b.src.at(n.GetToken())
}

func (b *builder) fail(n ast.Node, message string) { b.problems.add(b.at(n), Error, "", message) }
