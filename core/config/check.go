package config

import (
	"fmt"
	"strings"
)

// vocabulary is the name table, indexed once per load.
type vocabulary struct {
	top, litellm, general, router, entry, params, pass, jwt map[string]word
}

func newVocabulary() vocabulary {
	return vocabulary{
		top: topSection().words(), litellm: litellmSection().words(), general: generalSection().words(),
		router: routerSection().words(), entry: entrySection().words(), params: paramsSection().words(),
		pass: passSection().words(), jwt: jwtSection().words(),
	}
}

// elsewhere names the section in which an unknown key would be known, and says
// whether it protects something there.
func (v vocabulary) elsewhere(key, path string) (section string, protects bool) {
	if w, ok := v.params[key]; ok && strings.HasPrefix(path, "model_list[") {
		return "litellm_params", w.status == protecting
	}
	for _, s := range []struct {
		name  string
		words map[string]word
	}{
		{litellmName, v.litellm},
		{routerName, v.router},
		{generalName, v.general},
		{topName, v.top},
		{"litellm_params", v.params},
	} {
		if w, ok := s.words[key]; ok {
			return s.name, w.status == protecting || key == "master_key"
		}
	}
	return "", false
}

func known(status) bool { return true }

// checkKeys reports every key of a mapping that is not simply read. Path is
// the mapping's own.
func (r *reader) checkKeys(n *node, words map[string]word, path string) {
	for _, m := range n.members {
		if w, ok := words[m.key]; ok {
			r.checkWord(m, w, join(path, m.key))
			continue
		}
		r.unknownKey(m, words, path)
	}
}

// checkWord says what a known key that nobody reads means. Switched off, it
// means nothing.
func (r *reader) checkWord(m member, w word, key string) {
	if m.value.off() {
		return
	}
	switch w.status {
	case inert:
		r.once(m.place, key, m.key+" is not active in this version")
	case ignored:
		r.once(m.place, key, m.key+" is ignored: "+w.note)
	case protecting:
		r.unenforced(m.place, key, m.key)
	}
}

// unenforced reports a protection that would be missing.
func (r *reader) unenforced(at place, key, what string) {
	if r.opts.AllowUnenforced {
		r.report(at, Warning, key, what+" is NOT enforced in this version")
		return
	}
	r.report(at, Error, key, what+" is not enforced in this version: take it out, or start with --allow-unenforced to go without it")
}

func (r *reader) unknownKey(m member, words map[string]word, path string) {
	key := join(path, m.key)
	if better := nearest(m.key, words, known); better != "" {
		r.report(m.place, Error, key, fmt.Sprintf("unknown key %q: did you mean %q?", m.key, better))
		return
	}
	severity := Warning
	if r.opts.Strict {
		severity = Error
	}
	message := fmt.Sprintf("unknown key %q: it has no effect", m.key)
	if section, protects := r.words.elsewhere(m.key, path); section != "" {
		message = fmt.Sprintf("%q has no effect here: it belongs in %s", m.key, section)
		// A lock in the wrong place is an open door.
		if protects && !m.value.off() {
			severity = Error
		}
	}
	r.report(m.place, severity, key, message)
}

// checkParam judges a key of litellm_params. An unknown one goes to the
// provider, unless it looks like a slip of the pen for one that is read here.
func (r *reader) checkParam(m member, path string) {
	key := join(path, m.key)
	if w, ok := r.words.params[m.key]; ok {
		r.checkWord(m, w, key)
		return
	}
	if isPrice(m.key) {
		return
	}
	if better := r.meant(m.key); better != "" {
		r.report(m.place, Error, key, fmt.Sprintf("unknown parameter %q: did you mean %q?", m.key, better))
		return
	}
	theirs := func(s status) bool { return s == passed }
	if better := nearest(m.key, r.words.params, theirs); better != "" {
		r.report(m.place, Warning, key, fmt.Sprintf("%q goes to the provider as it is: did you mean %q?", m.key, better))
	}
}

// meant is the parameter read here that an unknown one looks like.
func (r *reader) meant(key string) string {
	return nearest(key, r.words.params, func(s status) bool {
		return s == used || s == setting || s == credential || s == protecting
	})
}

// isPrice reports whether a parameter is one of the price map's many fields.
func isPrice(key string) bool {
	return strings.Contains(key, "_cost_per_") || strings.Contains(key, "_token_cost") || strings.HasSuffix(key, "_cost")
}

// off reports whether a value switches its key off.
func (n *node) off() bool {
	switch n.kind {
	case mapping:
		return len(n.members) == 0
	case sequence:
		return len(n.items) == 0
	}
	value, isBool := asBool(n.text)
	return n.null() || n.text == "" || n.plain && isBool && !value
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
