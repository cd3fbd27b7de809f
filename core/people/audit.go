package people

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// Change is a line of the audit log, under LiteLLM's names: who did what to
// what. Before and After are the record's JSON, its secrets masked.
type Change struct {
	ID        string          `json:"id"`
	At        Time            `json:"updated_at"`
	ChangedBy string          `json:"changed_by"`
	KeyHash   string          `json:"changed_by_api_key"`
	Action    string          `json:"action"` // created, updated, deleted, blocked, unblocked or rotated
	Table     string          `json:"table_name"`
	Object    string          `json:"object_id"`
	Before    json.RawMessage `json:"before_value"`
	After     json.RawMessage `json:"updated_values"`
}

// auditPK is the partition of a day's changes.
func auditPK(day time.Time) string { return "AU#" + day.UTC().Format(time.DateOnly) }

// audited is the write of a line of the audit log.
func (d *Directory) audited(a Actor, line Change) (store.Write, error) {
	now := d.Now().UTC()
	random, err := d.random(8)
	if err != nil {
		return store.Write{}, err
	}
	line.ID, line.At = sortable(now)+"-"+random, Time{now}
	line.ChangedBy, line.KeyHash = a.changedBy(), a.keyHash()
	body, err := json.Marshal(line)
	if err != nil {
		return store.Write{}, unavailable(err)
	}
	return store.Write{Key: store.Key{PK: auditPK(now), SK: line.ID}, Set: store.Item{attrBody: string(body)}}, nil
}

// Audit lists a day's changes, the last first, from after the Next of the page
// before. Only administrators may read it.
func (d *Directory) Audit(ctx context.Context, a Actor, day time.Time, after string, limit int) (Page[Change], error) {
	if !a.views() {
		return Page[Change]{}, forbidden("", "only a proxy admin may read the audit log. Your role=%s", a.Role())
	}
	found, err := d.Store.Query(ctx, store.Query{PK: auditPK(day), After: after, Reverse: true, Limit: limit, Consistent: true})
	if err != nil {
		return Page[Change]{}, stored(ctx, err)
	}
	page := Page[Change]{Next: found.Next}
	for _, k := range found.Items {
		var line Change
		if err := json.Unmarshal([]byte(k.Item.Text(attrBody)), &line); err != nil {
			return Page[Change]{}, unavailable(err)
		}
		page.Items = append(page.Items, line)
	}
	return page, nil
}

// AuditLine finds a line of the audit log, whose id begins with its time.
func (d *Directory) AuditLine(ctx context.Context, a Actor, id string) (*Change, error) {
	if !a.views() {
		return nil, forbidden("", "only a proxy admin may read the audit log. Your role=%s", a.Role())
	}
	at, _, _ := strings.Cut(id, "-")
	ms, err := strconv.ParseInt(at, 10, 64)
	if err != nil || checkID("id", id) != nil {
		return nil, missing("id", id)
	}
	item, err := d.Store.Get(ctx, store.Key{PK: auditPK(time.UnixMilli(ms)), SK: id}, true)
	if errors.Is(err, store.ErrNotFound) {
		return nil, missing("id", id)
	}
	if err != nil {
		return nil, stored(ctx, err)
	}
	line := &Change{}
	if err := json.Unmarshal([]byte(item.Text(attrBody)), line); err != nil {
		return nil, unavailable(err)
	}
	return line, nil
}

// IsMask reports whether a value stands for one that is not shown.
func IsMask(v json.RawMessage) bool { return string(v) == `"`+mask+`"` }

// mask stands for what is not shown.
const mask = "****"

// secretNames are parts of the names of members whose text is a secret. They
// are looked for in what the gateway keeps without reading it.
var secretNames = [...]string{"key", "secret", "token", "password", "credential", "auth", "private"}

// shown is a record's JSON as it may be seen: without the secrets that people
// put into its free members. Nil is null.
func shown[T any](v *T) (json.RawMessage, error) {
	if v == nil {
		return json.RawMessage("null"), nil
	}
	body, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return nil, err
	}
	for name, member := range members {
		var value any
		if len(member) == 0 || member[0] != '{' && member[0] != '[' {
			continue
		}
		if err := json.Unmarshal(member, &value); err != nil {
			return nil, err
		}
		if members[name], err = json.Marshal(masked(value, name == "credential_values")); err != nil {
			return nil, err
		}
	}
	return json.Marshal(members)
}

// masked is a JSON value without its secrets: all of its text, or what is in a
// member that sounds like one.
func masked(v any, secret bool) any {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			v[name] = masked(inner, secret || sounds(name))
		}
	case []any:
		for i := range v {
			v[i] = masked(v[i], secret)
		}
	case nil, bool:
	default:
		if secret {
			return mask
		}
	}
	return v
}

func sounds(name string) bool {
	name = strings.ToLower(name)
	for _, part := range secretNames {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}
