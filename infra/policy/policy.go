// Package policy judges calls by the policies of a stack's roles, as IAM does,
// so that a run on one machine, where nobody refuses a call for want of a grant,
// tells what an account would have refused, and what is granted to no end.
//
// It knows what the stacks here have: statements that allow or deny actions on
// resources, with * and ? in either. A condition is an error.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
package policy

import (
	"cmp"
	"iter"
	"path"
	"slices"
	"strings"
)

// Call is something that a function asked of AWS.
type Call struct {
	Function string
	Action   string // of IAM: "dynamodb:GetItem"
	Resource string // an ARN; "*" for what has none
}

// Compare orders calls.
func Compare(a, b Call) int {
	return cmp.Or(strings.Compare(a.Function, b.Function), strings.Compare(a.Action, b.Action), strings.Compare(a.Resource, b.Resource))
}

// String says who asks for what.
func (c Call) String() string { return c.Function + " calls " + c.Action + " on " + c.Resource }

// Statement allows, or denies, actions on resources.
type Statement struct {
	Deny      bool
	Actions   []string
	Resources []string
}

// Grant is one action of a function's statement.
type Grant struct {
	Function  string
	Action    string
	Resources string // joined by spaces
}

// String says who may do what.
func (g Grant) String() string { return g.Function + " may " + g.Action + " on " + g.Resources }

// Roles are the statements of each function's role.
type Roles map[string][]Statement

// Denied lists the calls that a role does not allow, each once.
func (r Roles) Denied(calls []Call) []Call {
	var denied []Call
	for _, c := range calls {
		if !allows(r[c.Function], c) && !slices.Contains(denied, c) {
			denied = append(denied, c)
		}
	}
	return denied
}

// Unseen lists the grants that none of the calls needs.
func (r Roles) Unseen(calls []Call) []Grant {
	var unseen []Grant
	for g, at := range r.grants() {
		s := r[g.Function][at]
		needs := func(c Call) bool {
			return c.Function == g.Function && like(g.Action, c.Action, true) && slices.ContainsFunc(s.Resources, func(on string) bool { return like(on, c.Resource, false) })
		}
		if !slices.ContainsFunc(calls, needs) {
			unseen = append(unseen, g)
		}
	}
	return unseen
}

// Without lists the roles' grants, and the calls that each would be missed by.
func (r Roles) Without(calls []Call) map[Grant][]Call {
	missed := map[Grant][]Call{}
	for g, at := range r.grants() {
		others := slices.Clone(r[g.Function])
		others[at].Actions = slices.DeleteFunc(slices.Clone(others[at].Actions), func(a string) bool { return a == g.Action })
		own := slices.DeleteFunc(slices.Clone(calls), func(c Call) bool { return c.Function != g.Function })
		missed[g] = Roles{g.Function: others}.Denied(own)
	}
	return missed
}

// grants goes through what is allowed, an action at a time, with the places of
// their statements.
func (r Roles) grants() iter.Seq2[Grant, int] {
	return func(yield func(Grant, int) bool) {
		for function, statements := range r {
			for at, s := range statements {
				for _, a := range s.Actions {
					if !s.Deny && !yield(Grant{function, a, strings.Join(s.Resources, " ")}, at) {
						return
					}
				}
			}
		}
	}
}

// allows reports whether a statement allows a call, and none denies it.
func allows(statements []Statement, c Call) bool {
	allowed := false
	for _, s := range statements {
		action := slices.ContainsFunc(s.Actions, func(a string) bool { return like(a, c.Action, true) })
		if !action || !slices.ContainsFunc(s.Resources, func(r string) bool { return like(r, c.Resource, false) }) {
			continue
		}
		if s.Deny {
			return false
		}
		allowed = true
	}
	return allowed
}

// like compares a text with a pattern of * (any characters) and ? (any one).
func like(pattern, text string, fold bool) bool {
	if fold {
		pattern, text = strings.ToLower(pattern), strings.ToLower(text)
	}
	// path.Match stops at slashes, which mean nothing here, and knows classes.
	plain := strings.NewReplacer("/", "\x00", "[", `\[`, `\`, `\\`)
	ok, err := path.Match(plain.Replace(pattern), strings.ReplaceAll(text, "/", "\x00"))
	return ok && err == nil
}
