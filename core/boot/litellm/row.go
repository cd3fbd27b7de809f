package litellm

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// aside are the columns of all tables that say nothing of a record itself, or
// that are read elsewhere.
var aside = []string{
	"created_at", "created_by", "updated_at", "updated_by", "spend", "object_permission_id",
	"litellm_budget_table", "litellm_model_table", "litellm_organization_table", "litellm_project_table", "litellm_team_table",
}

// fits makes a row what core/people keeps, and says what of it has no place
// here. What is empty is left out, so that it can be compared.
func (m *mover) fits(k *kind, name string, row raw.Object) (raw.Object, error) {
	row, err := k.mended(row)
	if err != nil {
		return row, err
	}
	if row, err = lifted(row, k.within); err != nil {
		return row, err
	}
	kept := raw.Object{}
	for column, v := range row.All() {
		switch {
		case empty(v) || slices.Contains(aside, column) || slices.Contains(k.aside, column):
		case !k.fields[column]:
			m.report.note(k.name, name, fmt.Sprintf("its %s has no place here", column))
		case column == "max_budget" || column == "soft_budget" || column == "max_budget_in_team":
			kept = kept.WithRaw(column, m.atMost(k, name, column, v))
		case column == "object_permission":
			if v = permission(v); !empty(v) {
				kept = kept.WithRaw(column, v)
			}
		default:
			kept = kept.WithRaw(column, v)
		}
	}
	return k.canonical(kept)
}

// atMost is an amount, or the most that a budget may be.
func (m *mover) atMost(k *kind, name, column string, v json.RawMessage) json.RawMessage {
	most := float64(people.MaxDollars) / 1e12
	n, err := strconv.ParseFloat(string(v), 64)
	if err != nil || n <= most {
		return v
	}
	m.report.note(k.name, name, fmt.Sprintf("its %s of $%.0f is more than is counted here: it is $9,000,000", column, n))
	return json.RawMessage("9000000")
}

// lifted takes what has a place of its own out of metadata, where LiteLLM keeps
// it.
func lifted(row raw.Object, within []string) (raw.Object, error) {
	v, ok := row.Raw("metadata")
	if !ok || empty(v) {
		return row, nil
	}
	metadata, err := raw.Parse(v)
	if err != nil {
		return row, fmt.Errorf("its metadata cannot be read: %w", err)
	}
	for _, name := range within {
		if v, ok := metadata.Raw(name); ok {
			metadata = metadata.Without(name)
			if own, has := row.Raw(name); !has || empty(own) {
				row = row.WithRaw(name, v)
			}
		}
	}
	return row.WithRaw("metadata", metadata.Bytes()), nil
}

// permission is a row of LiteLLM_ObjectPermissionTable without what leads back
// to who has it.
func permission(v json.RawMessage) json.RawMessage {
	row, err := raw.Parse(v)
	if err != nil {
		return v // what it should be is core/people's to say
	}
	kept := raw.Object{}
	for _, name := range []string{"mcp_servers", "mcp_access_groups", "mcp_tool_permissions", "vector_stores", "agents", "agent_access_groups"} {
		if v, ok := row.Raw(name); ok && !empty(v) {
			kept = kept.WithRaw(name, v)
		}
	}
	return kept.Bytes()
}

// empty reports whether a value says nothing.
func empty(v json.RawMessage) bool {
	switch string(v) {
	case "null", `""`, "[]", "{}", "false":
		return true
	}
	return false
}

// same reports whether a member is the same in two records.
func same(a, b raw.Object, name string) bool {
	va, has := a.Raw(name)
	vb, hasB := b.Raw(name)
	return has == hasB && string(va) == string(vb)
}

// differing are the members that differ, but for those that are set once.
func differing(a, b raw.Object, but []string) []string {
	var names []string
	for _, o := range []raw.Object{a, b} {
		for name := range o.All() {
			if !same(a, b, name) && !slices.Contains(names, name) && !slices.Contains(but, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// taking is a patch that makes members what they are in a record.
func taking(from raw.Object, names []string) raw.Object {
	patch := raw.Object{}
	for _, name := range names {
		v, ok := from.Raw(name)
		if !ok {
			v = json.RawMessage("null")
		}
		patch = patch.WithRaw(name, v)
	}
	return patch
}
