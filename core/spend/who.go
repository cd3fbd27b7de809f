package spend

import "slices"

// Kind is whose spending is asked for, in LiteLLM's words.
type Kind string

// The kinds. A key's ID is its hash.
const (
	Everybody    Kind = "all"
	Key          Kind = "api_key"
	User         Kind = "user"
	Team         Kind = "team"
	Organization Kind = "organization"
	Project      Kind = "project"
	EndUser      Kind = "end_user"
	Tag          Kind = "tag"
)

// Who is somebody that money was spent by or for.
type Who struct {
	Kind Kind
	ID   string
}

// All is everybody.
func All() Who { return Who{Kind: Everybody} }

// IDs are who of a kind a cell is of: one, or for tags any number. Nobody is "".
func (k Kind) IDs(c *Cell) []string {
	switch k {
	case Key:
		return []string{c.Key}
	case User:
		return []string{c.User}
	case Team:
		return []string{c.Team}
	case Organization:
		return []string{c.Organization}
	case Project:
		return []string{c.Project}
	case EndUser:
		return []string{c.EndUser}
	case Tag:
		return c.TagList()
	}
	return []string{""}
}

// Has reports whether a cell is of somebody.
func (w Who) Has(c *Cell) bool { return w.Kind == Everybody || slices.Contains(w.Kind.IDs(c), w.ID) }

// Counted reports whether there are documents of such as these: there are none
// of team members.
func (w Who) Counted() bool {
	switch w.Kind {
	case User, Team, Organization, Project, EndUser, Tag:
		return w.ID != ""
	}
	return w.Kind == Everybody || w.Kind == Key
}

// whose are all whose documents a cell belongs to.
func whose(c *Cell) []Who {
	all := []Who{All()}
	for _, k := range []Kind{Key, User, Team, Organization, Project, EndUser, Tag} {
		for _, id := range k.IDs(c) {
			if id != "" {
				all = append(all, Who{k, id})
			}
		}
	}
	return all
}
