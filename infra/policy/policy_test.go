package policy

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const table = "arn:aws:dynamodb:us-east-1:1:table/T"

// roles are one function's: what most statements look like.
func roles(statements ...Statement) Roles { return Roles{"chat": statements} }

// TestDenied is IAM's own rules: what nothing allows is denied, and what is
// denied is allowed by nothing.
func TestDenied(t *testing.T) {
	get := Statement{Actions: []string{"dynamodb:GetItem", "dynamodb:Query"}, Resources: []string{table}}
	for _, tc := range []struct {
		name  string
		roles Roles
		call  Call
		want  bool
	}{
		{"allowed", roles(get), Call{"chat", "dynamodb:GetItem", table}, false},
		{"an action's name has no case", roles(get), Call{"chat", "dynamodb:getitem", table}, false},
		{"another action", roles(get), Call{"chat", "dynamodb:PutItem", table}, true},
		{"another resource", roles(get), Call{"chat", "dynamodb:GetItem", table + "2"}, true},
		{"an index is not its table", roles(get), Call{"chat", "dynamodb:Query", table + "/index/Index1"}, true},
		{"another function", roles(get), Call{"embed", "dynamodb:GetItem", table}, true},
		{"everything below", roles(Statement{Actions: []string{"s3:Get*"}, Resources: []string{"arn:aws:s3:::b/config/*"}}), Call{"chat", "s3:GetObject", "arn:aws:s3:::b/config/a/b.yaml"}, false},
		{"but not beside", roles(Statement{Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::b/config/*"}}), Call{"chat", "s3:GetObject", "arn:aws:s3:::b/batch/1"}, true},
		{"one character", roles(Statement{Actions: []string{"a:b"}, Resources: []string{"x?z"}}), Call{"chat", "a:b", "xyz"}, false},
		{"brackets are themselves", roles(Statement{Actions: []string{"a:b"}, Resources: []string{"[x]"}}), Call{"chat", "a:b", "x"}, true},
		{"a denial wins", roles(get, Statement{Deny: true, Actions: []string{"*"}, Resources: []string{"*"}}), Call{"chat", "dynamodb:GetItem", table}, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := len(tc.roles.Denied([]Call{tc.call, tc.call})); got != map[bool]int{true: 1}[tc.want] {
				t.Errorf("got %d calls denied, want denied: %v", got, tc.want)
			}
		})
	}
}

// TestWithout holds that each grant is missed by the calls that need it, and by
// no other, and that one which nobody needs is told.
func TestWithout(t *testing.T) {
	r := roles(
		Statement{Actions: []string{"dynamodb:GetItem", "dynamodb:Query"}, Resources: []string{table}},
		Statement{Actions: []string{"dynamodb:Query"}, Resources: []string{table + "/index/Index1"}},
	)
	calls := []Call{{"chat", "dynamodb:GetItem", table}, {"chat", "dynamodb:Query", table}}
	want := map[Grant][]Call{
		{"chat", "dynamodb:GetItem", table}:                 calls[:1],
		{"chat", "dynamodb:Query", table}:                   calls[1:],
		{"chat", "dynamodb:Query", table + "/index/Index1"}: nil,
	}
	if got := r.Without(calls); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := r.Unseen(calls); !slices.Equal(got, []Grant{{"chat", "dynamodb:Query", table + "/index/Index1"}}) {
		t.Errorf("got %v unseen, want the index", got)
	}
}

// TestStatements reads policies as they are written in templates.
func TestStatements(t *testing.T) {
	resolve := func(v json.RawMessage) (string, error) { return "resolved " + string(v), nil }
	for _, tc := range []struct{ policy, want, err string }{
		{`{"Statement":[{"Effect":"Allow","Action":"a:b","Resource":{"Ref":"X"}}]}`, `[{false [a:b] [resolved {"Ref":"X"}]}]`, ""},
		{`{"Statement":[{"Effect":"Deny","Action":["a:b","a:c"],"Resource":["x","y"]}]}`, `[{true [a:b a:c] [resolved "x" resolved "y"]}]`, ""},
		{`{"Statement":[{"Effect":"Allow","Action":"a:b","Resource":"x","Condition":{}}]}`, "", "condition"},
		{`{"Statement":[{"Effect":"Perhaps","Action":"a:b","Resource":"x"}]}`, "", "Perhaps"},
		{`{"Statement":[{"Effect":"Allow","NotAction":"a:b","Resource":"x"}]}`, "", "actions []"},
	} {
		var d Document
		if err := json.Unmarshal([]byte(tc.policy), &d); err != nil {
			t.Fatal(err)
		}
		got, err := d.Statements(resolve)
		if tc.err != "" {
			if err == nil || !strings.Contains(err.Error(), tc.err) {
				t.Errorf("%s: got error %v, want one with %q", tc.policy, err, tc.err)
			}
			continue
		}
		if s := fmt.Sprint(got); s != tc.want || err != nil {
			t.Errorf("%s: got %s, %v, want %s", tc.policy, s, err, tc.want)
		}
	}
}
