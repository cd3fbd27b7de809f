package config

import (
	"fmt"
	"slices"
	"strings"
)

// mention is a place that names a group or model, to be checked once all are
// known.
type mention struct {
	place
	key, name string
	alias     bool // a group alias may not lead to another one
}

// fallbacks reads a list of mappings from a group to those that stand in for
// it. A mapping alone is taken as a list of one.
func (r *reader) fallbacks(n *node, key string) map[string][]string {
	if n.null() {
		return nil
	}
	items := n.items
	if n.kind == mapping {
		items = []*node{n}
	}
	out := map[string][]string{}
	for i, item := range items {
		at := fmt.Sprintf("%s[%d]", key, i)
		if item.kind != mapping || len(item.members) == 0 {
			r.wrong(item, at, `a mapping from a group to its fallbacks: {"a": ["b"]}`)
			continue
		}
		for _, m := range item.members {
			path := join(at, m.key)
			targets := r.targets(m.value, path)
			if _, twice := out[m.key]; twice {
				r.report(m.place, Warning, path, fmt.Sprintf("%q has fallbacks already: the first ones count", m.key))
				continue
			}
			out[m.key] = targets
			if m.key != "*" {
				r.mentions = append(r.mentions, mention{m.place, path, m.key, false})
			}
		}
	}
	if n.kind == scalar {
		r.wrong(n, key, `a list of mappings: [{"a": ["b"]}]`)
	}
	return out
}

// targets reads a list of groups, or one.
func (r *reader) targets(n *node, key string) []string {
	if n.null() {
		return nil
	}
	items := n.items
	switch n.kind {
	case scalar:
		items = []*node{n}
	case mapping:
		r.wrong(n, key, "a list of groups")
		return nil
	}
	out := []string{}
	for i, item := range items {
		at := fmt.Sprintf("%s[%d]", key, i)
		if item.null() {
			r.wrong(item, at, "a group")
			continue
		}
		if name := r.str(item, at); name != "" {
			out = append(out, name)
			r.mentions = append(r.mentions, mention{item.place, at, name, false})
		}
	}
	return out
}

func (r *reader) modelAlias(n *node) map[string]string {
	const key = litellmName + ".model_alias_map"
	if n = r.section(n, key); n == nil {
		return nil
	}
	out := map[string]string{}
	for _, m := range n.members {
		path := join(key, m.key)
		if model := r.str(m.value, path); model != "" {
			out[m.key] = model
			r.mentions = append(r.mentions, mention{m.value.place, path, model, false})
		}
	}
	return out
}

// groupAlias reads model_group_alias: a name, or {model, hidden}.
func (r *reader) groupAlias(n *node) map[string]Alias {
	const key = routerName + ".model_group_alias"
	if n = r.section(n, key); n == nil {
		return nil
	}
	out := map[string]Alias{}
	for _, m := range n.members {
		path := join(key, m.key)
		var alias Alias
		target := m.value
		if target.kind == mapping {
			target = m.value.get("model")
			if hidden := r.boolean(m.value.get("hidden"), join(path, "hidden")); hidden != nil {
				alias.Hidden = *hidden
			}
		}
		if target.null() {
			r.wrong(m.value, path, "a group, or {model: group, hidden: true}")
			continue
		}
		if alias.Model = r.str(target, path); alias.Model != "" {
			out[m.key] = alias
			r.mentions = append(r.mentions, mention{target.place, path, alias.Model, true})
		}
	}
	return out
}

// checkMentions reports names that lead nowhere.
func (r *reader) checkMentions(c *Config) {
	groups := map[string]word{}
	var patterns []string
	for _, m := range c.Models {
		groups[m.ID] = word{status: inert} // may be named, but nobody mistypes a hash
	}
	for _, name := range r.groups {
		groups[name] = word{status: used}
		if strings.Contains(name, "*") {
			patterns = append(patterns, name)
		}
	}
	for _, m := range r.mentions {
		if _, ok := groups[m.name]; ok || slices.ContainsFunc(patterns, func(p string) bool { return matches(p, m.name) }) {
			continue
		}
		_, isGroupAlias := c.Routing.GroupAlias[m.name]
		_, isModelAlias := c.ModelAlias[m.name]
		if !m.alias && (isGroupAlias || isModelAlias) {
			continue
		}
		message := fmt.Sprintf("no model_list entry is named %q", m.name)
		if m.alias && isGroupAlias {
			message = fmt.Sprintf("%q is an alias itself: name the group it stands for", m.name)
		} else if better := nearest(m.name, groups, func(s status) bool { return s == used }); better != "" {
			message += fmt.Sprintf(": did you mean %q?", better)
		}
		r.report(m.place, Error, m.key, message)
	}
}

// matches reports whether a name fits a pattern in which "*" is any text.
func matches(pattern, name string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == name
	}
	head, tail := parts[0], parts[len(parts)-1]
	if len(name) < len(head)+len(tail) || !strings.HasPrefix(name, head) || !strings.HasSuffix(name, tail) {
		return false
	}
	name = name[len(head) : len(name)-len(tail)]
	for _, part := range parts[1 : len(parts)-1] {
		_, rest, ok := strings.Cut(name, part)
		if !ok {
			return false
		}
		name = rest
	}
	return true
}
