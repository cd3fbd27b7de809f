package people

import (
	"context"
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// Credential is what a provider asks for, under a name that deployments refer
// to, in LiteLLM's words. Its values are kept as they come and never shown.
type Credential struct {
	Stamp

	Name   string `json:"credential_name,omitempty"`
	Values Free   `json:"credential_values,omitempty"`
	Info   Free   `json:"credential_info,omitempty"`
}

func credentialPK(name string) string { return "CR#" + name }

func (c *Credential) id() string  { return c.Name }
func (c *Credential) name(string) {} // whoever asks for one must name it

func (c *Credential) links() []link {
	return []link{listed("credentials", c.CreatedAt.Time, c.Name)}
}

func (c *Credential) valid() error {
	if len(c.Values) == 0 {
		return bad("credential_values", "credential_values must be set")
	}
	return nil
}

func credentialKind() kind[Credential] {
	return kind[Credential]{
		field: "credential_name", table: "LiteLLM_CredentialsTable", list: "credentials", pk: credentialPK, counted: true,
		may: func(_ context.Context, _ *Directory, a Actor, before, after *Credential, _ []string) error {
			return adminsOnly(a, before, after)
		},
	}
}

// Credentials are the credentials. All that its methods return has masks for
// values, but for what Reveal does.
type Credentials struct {
	t *Table[Credential, *Credential]
}

// Create keeps a credential.
func (c *Credentials) Create(ctx context.Context, a Actor, v Credential) (*Credential, error) {
	return hidden(c.t.Create(ctx, a, v))
}

// Get finds a credential.
func (c *Credentials) Get(ctx context.Context, a Actor, name string) (*Credential, error) {
	return hidden(c.t.Get(ctx, a, name))
}

// Update changes a credential. A value that is its mask stays as it is, so that
// what was shown can be sent back.
func (c *Credentials) Update(ctx context.Context, a Actor, name string, patch raw.Object) (*Credential, error) {
	fields, err := c.t.named(patch)
	if err != nil {
		return nil, err
	}
	return hidden(c.t.change(ctx, a, "updated", name, fields, func(before, after *Credential) error {
		if err := c.t.patch(before, after, patch); err != nil {
			return err
		}
		for value, v := range after.Values {
			if old, ok := before.Values[value]; ok && string(v) == `"`+mask+`"` {
				after.Values[value] = old
			}
		}
		return nil
	}))
}

// Delete drops a credential.
func (c *Credentials) Delete(ctx context.Context, a Actor, name string) error {
	return c.t.Delete(ctx, a, name)
}

// List lists credentials.
func (c *Credentials) List(ctx context.Context, a Actor, l Listing) (Page[Credential], error) {
	page, err := c.t.List(ctx, a, l)
	for i := range page.Items {
		page.Items[i].hide()
	}
	return page, err
}

// Reveal gives a credential's values to the gateway itself, which calls its
// provider with them. Nothing that answers a request may call it.
func (c *Credentials) Reveal(ctx context.Context, name string) (map[string]json.RawMessage, error) {
	v, err := c.t.load(ctx, name)
	if err != nil {
		return nil, err
	}
	return v.Values, nil
}

func hidden(c *Credential, err error) (*Credential, error) {
	if err != nil {
		return nil, err
	}
	c.hide()
	return c, nil
}

func (c *Credential) hide() {
	masks := Free{}
	for name := range c.Values {
		masks[name] = json.RawMessage(`"` + mask + `"`)
	}
	c.Values = masks
}
