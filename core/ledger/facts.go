package ledger

import (
	"maps"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/store"
)

// Facts are what a spend log says of an attempt beside its cost. What is empty
// takes no room in its row.
type Facts struct {
	KeyHash      string // hex SHA-256 of the caller's key
	KeyAlias     string
	User         string
	Team         string
	Organization string
	Project      string
	EndUser      string
	IP           string // the caller's address
	Session      string
	Tags         []string // without line breaks
	Op           string   // llm.Op's words
	Group        string   // the model as it was asked for
	Model        string   // the provider's own name of it
	Provider     string
	Deployment   string
	Host         string // of the provider's address
	Class        string // the failure's name; "" when it went well
	Status       int    // HTTP's, as the caller saw it or would have
	CacheHit     bool
	Usage        llm.Usage
	Start        time.Time // kept to the millisecond, as are the others
	FirstEvent   time.Time // first content of a stream
	End          time.Time
}

// text is an attribute of a row and the fact in it.
type text struct {
	name string
	fact *string
}

// texts are in the order in which they are cut when a row is too long: what a
// client may make long first, what people made last. The first of the names
// that reports group by is User.
func (f *Facts) texts() []text {
	return []text{
		{"ss", &f.Session},
		{"eu", &f.EndUser},
		{"ip", &f.IP},
		{"ka", &f.KeyAlias},
		{"b", &f.Host},
		{"m", &f.Model},
		{"g", &f.Group},
		{"cl", &f.Class},
		{"op", &f.Op},
		{"pv", &f.Provider},
		{"d", &f.Deployment},
		{"u", &f.User},
		{"pj", &f.Project},
		{"t", &f.Team},
		{"o", &f.Organization},
		{"k", &f.KeyHash},
		{"tier", &f.Usage.Tier},
	}
}

// count is an attribute of a row and the count in it.
type count struct {
	name string
	fact *int64
}

func (f *Facts) counts() []count {
	u := &f.Usage
	return []count{
		{"ti", &u.In},
		{"cr", &u.CacheRead},
		{"c5", &u.CacheWrite5m},
		{"c1", &u.CacheWrite1h},
		{"ai", &u.AudioIn},
		{"ii", &u.ImageIn},
		{"to", &u.Out},
		{"tr", &u.Reasoning},
		{"ao", &u.AudioOut},
		{"io", &u.ImageOut},
		{"im", &u.Images},
		{"ch", &u.Characters},
		{"ms", &u.Millis},
		{"pg", &u.Pages},
		{"se", &u.Searches},
	}
}

// attributes are the facts as a row has them.
func (f Facts) attributes() store.Item {
	item := store.Item{}
	for _, t := range f.texts() {
		if *t.fact != "" {
			item[t.name] = *t.fact
		}
	}
	for _, c := range f.counts() {
		if *c.fact != 0 {
			item[c.name] = *c.fact
		}
	}
	if len(f.Tags) > 0 {
		item["tg"] = strings.Join(f.Tags, "\n")
	}
	if f.Status != 0 {
		item["hs"] = int64(f.Status)
	}
	for name, yes := range map[string]bool{"hit": f.CacheHit, "uk": f.Usage.Known} {
		if yes {
			item[name] = int64(1)
		}
	}
	for name, t := range map[string]time.Time{"ts": f.Start, "tf": f.FirstEvent, "te": f.End} {
		if !t.IsZero() {
			item[name] = t.UnixMilli()
		}
	}
	return item
}

// factsOf reads what attributes wrote.
func factsOf(item store.Item) Facts {
	var f Facts
	for _, t := range f.texts() {
		*t.fact = item.Text(t.name)
	}
	for _, c := range f.counts() {
		*c.fact = item.Int(c.name)
	}
	if tags := item.Text("tg"); tags != "" {
		f.Tags = strings.Split(tags, "\n")
	}
	f.Status = int(item.Int("hs"))
	f.CacheHit, f.Usage.Known = item.Int("hit") == 1, item.Int("uk") == 1
	for name, t := range map[string]*time.Time{"ts": &f.Start, "tf": &f.FirstEvent, "te": &f.End} {
		if ms := item.Int(name); ms != 0 {
			*t = time.UnixMilli(ms).UTC()
		}
	}
	return f
}

// MaxRow is the size of a row that costs one unit to write: 1,024 bytes of
// names and values.
const MaxRow = 1024

// shortest is what is left of any text that had to be cut, in bytes.
const shortest = 24

// fit cuts texts until the item, with all that it has beside the facts, takes
// MaxRow bytes at most, or until every text is short.
func fit(key store.Key, item store.Item) store.Item {
	over := size(key, item) - MaxRow
	if over <= 0 {
		return item
	}
	item = maps.Clone(item)
	var f Facts
	names := []string{"tg"}
	for _, t := range f.texts() {
		names = append(names, t.name)
	}
	for _, name := range names {
		s := item.Text(name)
		if over <= 0 || len(s) <= shortest || name == "k" {
			continue
		}
		short := cut(s, max(shortest, len(s)-over))
		over -= len(s) - len(short)
		item[name] = short
	}
	return item
}

// cut shortens s to at most n bytes, and no letter to a part of one.
func cut(s string, n int) string {
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// size is what an item takes in DynamoDB: the bytes of names and texts, and
// about half a byte for each digit of a number, which is 11 at most.
func size(key store.Key, item store.Item) int {
	n := len("PK") + len("SK") + len(key.PK) + len(key.SK)
	for name, v := range item {
		n += len(name)
		switch v := v.(type) {
		case string:
			n += len(v)
		case []byte:
			n += len(v)
		default:
			n += 11
		}
	}
	return n
}
