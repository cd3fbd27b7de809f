package people

import (
	"context"
	"time"
)

// Customer is an end user, whom requests name ("user"), under LiteLLM's names.
// One that is not kept has no limits of its own.
type Customer struct {
	Stamp
	Spending

	ID            string  `json:"user_id,omitempty"`
	Alias         string  `json:"alias,omitempty"`
	Blocked       bool    `json:"blocked,omitempty"`
	AllowedRegion string  `json:"allowed_model_region,omitempty"` // eu or us
	DefaultModel  string  `json:"default_model,omitempty"`
	Spend         Dollars `json:"spend,omitempty"` // spent before it came here

	ObjectPermission Free `json:"object_permission,omitempty"`
}

func customerPK(id string) string { return "E#" + id }

func (c *Customer) id() string        { return c.ID }
func (c *Customer) name(string)       {} // whoever asks for one must name it
func (c *Customer) spends() *Spending { return &c.Spending }

func (c *Customer) links() []link {
	return append(c.budget(customerPK(c.ID)), listed("customers", c.CreatedAt.Time, c.ID))
}

func (c *Customer) valid() error {
	if c.AllowedRegion != "" && c.AllowedRegion != "eu" && c.AllowedRegion != "us" {
		return bad("allowed_model_region", "allowed_model_region must be eu or us")
	}
	return c.Spending.valid()
}

func customerKind() kind[Customer] {
	return kind[Customer]{
		field: "user_id", table: "LiteLLM_EndUserTable", list: "customers", pk: customerPK,
		may: func(_ context.Context, _ *Directory, a Actor, before, after *Customer, _ []string) error {
			return adminsOnly(a, before, after)
		},
	}
}

// Tag is a label of requests that may have a budget, under LiteLLM's names.
type Tag struct {
	Stamp
	Spending

	Name        string            `json:"name,omitempty"`
	Description string            `json:"description,omitempty"`
	Models      []string          `json:"models,omitempty"`
	ModelInfo   map[string]string `json:"model_info,omitempty"`
	Spend       Dollars           `json:"spend,omitempty"` // spent before it came here
}

func tagPK(name string) string { return "TAG#" + name }

func (t *Tag) id() string        { return t.Name }
func (t *Tag) name(string)       {} // whoever asks for one must name it
func (t *Tag) spends() *Spending { return &t.Spending }

func (t *Tag) links() []link {
	return append(t.budget(tagPK(t.Name)), listed("tags", t.CreatedAt.Time, t.Name))
}

func (t *Tag) valid() error { return first(t.Spending.valid(), checkModels(t.Models, false)) }

func tagKind() kind[Tag] {
	return kind[Tag]{
		field: "name", table: "LiteLLM_TagTable", list: "tags", pk: tagPK,
		may: func(_ context.Context, _ *Directory, a Actor, before, after *Tag, _ []string) error {
			return adminsOnly(a, before, after)
		},
	}
}

// AccessGroup is a set of models that keys and teams are given by its id, under
// LiteLLM's names.
type AccessGroup struct {
	Stamp

	ID          string   `json:"access_group_id,omitempty"`
	Name        string   `json:"access_group_name,omitempty"`
	Description string   `json:"description,omitempty"`
	Models      []string `json:"access_model_names,omitempty"`
	MCPServers  []string `json:"access_mcp_server_ids,omitempty"`
	Agents      []string `json:"access_agent_ids,omitempty"`
}

func accessGroupPK(id string) string { return "GR#" + id }

func (g *AccessGroup) id() string { return g.ID }
func (g *AccessGroup) name(id string) {
	if g.ID == "" {
		g.ID = id
	}
}

func (g *AccessGroup) links() []link {
	return []link{
		listed("access_groups", g.CreatedAt.Time, g.ID),
		claimed("access_group_name", g.Name, taken("access_group_name", g.Name)),
	}
}

func (g *AccessGroup) valid() error {
	return first(checkID("access_group_name", g.Name), checkModels(g.Models, false))
}

func accessGroupKind() kind[AccessGroup] {
	return kind[AccessGroup]{
		field: "access_group_id", table: "LiteLLM_AccessGroupTable", list: "access_groups", pk: accessGroupPK,
		may: func(_ context.Context, _ *Directory, a Actor, before, after *AccessGroup, _ []string) error {
			return adminsOnly(a, before, after)
		},
	}
}

// past reports whether a time is over; no time never is.
func past(t *Time, now time.Time) bool { return t != nil && !now.Before(t.Time) }
