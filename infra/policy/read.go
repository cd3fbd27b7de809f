package policy

import (
	"encoding/json"
	"fmt"
)

// Document is a policy as CloudFormation has it: its resources may be functions
// of others, which resolve replaces.
type Document struct {
	Statement []struct {
		Effect    string
		Action    texts
		Resource  values
		Condition json.RawMessage
	}
}

// Statements are a document's, with what resolve makes of its resources.
func (d *Document) Statements(resolve func(json.RawMessage) (string, error)) ([]Statement, error) {
	var out []Statement
	for _, s := range d.Statement {
		if s.Condition != nil {
			return nil, fmt.Errorf("a statement of %v has a condition, which is not judged here", s.Action)
		}
		if s.Effect != "Allow" && s.Effect != "Deny" {
			return nil, fmt.Errorf("a statement of %v has the effect %q", s.Action, s.Effect)
		}
		made := Statement{Deny: s.Effect == "Deny", Actions: s.Action}
		for _, r := range s.Resource {
			on, err := resolve(r)
			if err != nil {
				return nil, fmt.Errorf("a statement of %v: %w", s.Action, err)
			}
			made.Resources = append(made.Resources, on)
		}
		if len(made.Actions) == 0 || len(made.Resources) == 0 {
			return nil, fmt.Errorf("a statement has the actions %v and the resources %v", made.Actions, made.Resources)
		}
		out = append(out, made)
	}
	return out, nil
}

// texts is a string or several.
type texts []string

func (t *texts) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*t = texts{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(t))
}

// values is a value or several.
type values []json.RawMessage

func (v *values) UnmarshalJSON(b []byte) error {
	if json.Unmarshal(b, (*[]json.RawMessage)(v)) == nil {
		return nil
	}
	*v = values{json.RawMessage(b)}
	return nil
}
