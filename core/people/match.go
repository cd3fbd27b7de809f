package people

import "strings"

// Names with a meaning of their own in a list of models.
const (
	allTeamModels   = "all-team-models"   // of a key: whatever its team may
	allProxyModels  = "all-proxy-models"  // everything
	noDefaultModels = "no-default-models" // of a user: nothing of its own
)

// Allow is what one holder of a chain may use. A model must be allowed by all
// of them.
type Allow struct {
	Holder string   // key, team, user, org or project: LiteLLM's word
	ID     string   // of the holder
	Models []string // names, patterns with *, names of access groups; never empty
}

// allows reports whether a model, which belongs to groups, is among the models.
func (a Allow) allows(model string, groups []string) bool {
	for _, m := range a.Models {
		switch {
		case m == noDefaultModels:
			continue
		case m == allProxyModels, m == allTeamModels && a.Holder == "key", like(m, model):
			return true
		}
		for _, g := range groups {
			if m == g {
				return true
			}
		}
	}
	return false
}

// covers reports whether every model that an entry of another list names is
// among the models, whatever the groups are.
func (a Allow) covers(entry string, groups func(model string) []string) bool {
	if entry == allProxyModels {
		entry = "*"
	}
	if entry == allTeamModels || entry == noDefaultModels {
		for _, m := range a.Models {
			if m == entry || m == "*" || m == allProxyModels {
				return true
			}
		}
		return entry == noDefaultModels
	}
	// A * of the entry can only be met by a * of the list, so that a pattern
	// that matches the entry's text matches everything the entry does. The
	// groups of a pattern are not those of every model it matches.
	var of []string
	if !strings.Contains(entry, "*") {
		of = groups(entry)
	}
	return Allow{Models: a.Models}.allows(entry, of)
}

// like reports whether a name matches a pattern, in which * is any text.
func like(pattern, name string) bool {
	before, rest, has := strings.Cut(pattern, "*")
	if !has {
		return pattern == name
	}
	if !strings.HasPrefix(name, before) {
		return false
	}
	name = name[len(before):]
	for {
		part, more, again := strings.Cut(rest, "*")
		if !again {
			return strings.HasSuffix(name, part)
		}
		at := strings.Index(name, part)
		if at < 0 {
			return false
		}
		name, rest = name[at+len(part):], more
	}
}

// checkModels returns an error for a list of models that says nothing.
func checkModels(models []string, ofTeam bool) error {
	if len(models) > 1000 {
		return bad("models", "a list has at most 1,000 models")
	}
	for _, m := range models {
		if m == "" || len(m) > 512 {
			return bad("models", "a model's name has 1 to 512 bytes")
		}
		if m == allTeamModels && !ofTeam {
			return bad("models", "%s is for keys of a team", allTeamModels)
		}
	}
	return nil
}
