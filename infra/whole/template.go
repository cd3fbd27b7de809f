package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/routes"
	"github.com/tollgate-llm/tollgate/infra/policy"
	"github.com/tollgate-llm/tollgate/infra/stack"
)

// template is what this program reads of a synthesized one, as if another had
// written it.
type template struct {
	Resources map[string]resource
}

type resource struct {
	Type       string
	Properties json.RawMessage
}

// synthesized is the template of the profile to try things in.
func synthesized() (*template, error) {
	zips := map[string]string{}
	for _, f := range routes.Functions() {
		zips[f.Name] = f.Name + ".zip"
	}
	made, err := stack.Template(stack.Profiles()[0], zips)
	if err != nil {
		return nil, err
	}
	b, err := json.Marshal(made)
	if err != nil {
		return nil, fmt.Errorf("write the template: %w", err)
	}
	t := new(template)
	if err := json.Unmarshal(b, t); err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	return t, nil
}

// of goes through the resources of a type, in the order of their names.
func of[T any](t *template, kind string, each func(id string, properties T) error) error {
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		if r := t.Resources[id]; r.Type == kind {
			var p T
			if err := json.Unmarshal(r.Properties, &p); err != nil {
				return fmt.Errorf("read %s: %w", id, err)
			}
			if err := each(id, p); err != nil {
				return fmt.Errorf("%s: %w", id, err)
			}
		}
	}
	return nil
}

// functionProperties are what a function runs with.
type functionProperties struct {
	MemorySize, Timeout int
	Environment         struct{ Variables map[string]json.RawMessage }
	Role                json.RawMessage
}

// name is a function's, of its logical id: ChatFunction is chat.
func name(id string) string { return strings.ToLower(strings.TrimSuffix(id, "Function")) }

// functions are the template's, with their variables as they are once the
// resources are there.
func (t *template) functions(n names) (all []routes.Function, variables map[string][]string, err error) {
	variables = map[string][]string{}
	err = of(t, "AWS::Lambda::Function", func(id string, p functionProperties) error {
		all = append(all, routes.Function{Name: name(id), MemoryMB: p.MemorySize, TimeoutSeconds: p.Timeout})
		for _, key := range slices.Sorted(maps.Keys(p.Environment.Variables)) {
			value, err := n.resolve(p.Environment.Variables[key])
			if err != nil {
				return fmt.Errorf("variable %s: %w", key, err)
			}
			variables[name(id)] = append(variables[name(id)], key+"="+value)
		}
		return nil
	})
	return all, variables, err
}

// integration is how a route of the API's document is answered.
type integration struct {
	Integration struct {
		URI  json.RawMessage `json:"uri"`
		Mode routes.Mode     `json:"responseTransferMode"`
	} `json:"x-amazon-apigateway-integration"`
}

// integrated is the function of an integration's address.
var integrated = regexp.MustCompile(`/functions/\$\{(\w+)Function\.Arn\}/`)

// routes are those of the API's document. The functions get their modes.
func (t *template) routes(functions []routes.Function) (all []routes.Route, err error) {
	err = of(t, "AWS::ApiGateway::RestApi", func(_ string, p struct {
		Body struct {
			Paths map[string]map[string]json.RawMessage `json:"paths"`
		}
	},
	) error {
		for path, methods := range p.Body.Paths {
			for method, b := range methods {
				var i integration
				if method == "parameters" {
					continue
				}
				if err := json.Unmarshal(b, &i); err != nil {
					return fmt.Errorf("%s %s: %w", method, path, err)
				}
				m := integrated.FindSubmatch(i.Integration.URI)
				if m == nil {
					return fmt.Errorf("%s %s: no function is known of %s", method, path, i.Integration.URI)
				}
				at := slices.IndexFunc(functions, func(f routes.Function) bool { return f.Name == strings.ToLower(string(m[1])) })
				if at < 0 {
					return fmt.Errorf("%s %s: there is no function %s", method, path, m[1])
				}
				functions[at].Mode = i.Integration.Mode
				all = append(all, routes.Route{Method: spelled(method), Path: strings.ReplaceAll(path, "+}", "...}"), Function: functions[at].Name})
			}
		}
		return nil
	})
	return all, err
}

func spelled(method string) string {
	if method == "x-amazon-apigateway-any-method" {
		return routes.Any
	}
	return strings.ToUpper(method)
}

// roles are the policies of each function's role.
func (t *template) roles(n names) (policy.Roles, error) {
	statements := map[string][]policy.Statement{}
	err := of(t, "AWS::IAM::Role", func(id string, p struct {
		ManagedPolicyArns []json.RawMessage
		Policies          []struct{ PolicyDocument policy.Document }
	},
	) error {
		if len(p.ManagedPolicyArns) > 0 {
			return fmt.Errorf("policies of AWS's are not judged here: %s", p.ManagedPolicyArns)
		}
		for _, d := range p.Policies {
			own, err := d.PolicyDocument.Statements(n.resolve)
			if err != nil {
				return err
			}
			statements[id] = append(statements[id], own...)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	roles := policy.Roles{}
	err = of(t, "AWS::Lambda::Function", func(id string, p functionProperties) error {
		var role struct {
			Attribute []string `json:"Fn::GetAtt"`
		}
		if err := json.Unmarshal(p.Role, &role); err != nil || len(role.Attribute) == 0 || statements[role.Attribute[0]] == nil {
			return fmt.Errorf("no role is known of %s", p.Role)
		}
		roles[name(id)] = statements[role.Attribute[0]]
		return nil
	})
	return roles, err
}
