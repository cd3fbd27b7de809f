package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/routes"
	"github.com/tollgate-llm/tollgate/infra/policy"
)

// check judges the calls of some records by the synthesized policies: none may
// be denied, each grant taken away alone must be missed by name, and, of all
// suites' records together, no grant may be there that nobody needs.
func check(w io.Writer, records []string, all bool) error {
	t, err := synthesized()
	if err != nil {
		return err
	}
	roles, err := t.roles(logical(t))
	if err != nil {
		return err
	}
	calls, err := read(records)
	if err != nil {
		return err
	}
	var wrong []error
	denied := roles.Denied(calls)
	for _, c := range denied {
		wrong = append(wrong, fmt.Errorf("denied: %s", c))
	}
	unseen, excused := 0, 0
	for _, g := range roles.Unseen(calls) {
		if explained(g) {
			excused++
			continue
		}
		unseen++
		if all {
			wrong = append(wrong, fmt.Errorf("granted and not needed: %s", g))
		}
	}
	missed := 0
	for _, calls := range roles.Without(calls) {
		if len(calls) > 0 {
			missed++
		}
	}
	fmt.Fprintf(w, "calls: %d  denied: %d  grants missed when taken away: %d  not needed in these runs: %d  of those with a reason: %d\n",
		len(calls), len(denied), missed, unseen, excused)
	return errors.Join(wrong...)
}

// explained reports whether it is known why a grant is there that no run on one
// machine needs: Lambda itself writes logs and traces by the function's role, and
// the route table has a reason for others.
func explained(g policy.Grant) bool {
	if service, _, _ := strings.Cut(g.Action, ":"); service == "logs" || service == "xray" {
		return true
	}
	for _, f := range routes.Functions() {
		for _, own := range f.Grants {
			if f.Name == g.Function && own.Why != "" && slices.Contains(own.Actions, g.Action) {
				return true
			}
		}
	}
	return false
}

// read reads records; a call that is in several counts once.
func read(records []string) ([]policy.Call, error) {
	seen := map[policy.Call]bool{}
	var calls []policy.Call
	for _, path := range records {
		f, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("open a record: %w", err)
		}
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			var c policy.Call
			if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
				return nil, errors.Join(fmt.Errorf("read %s: %w", path, err), f.Close())
			}
			if !seen[c] {
				seen[c] = true
				calls = append(calls, c)
			}
		}
		if err := errors.Join(lines.Err(), f.Close()); err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
	}
	slices.SortFunc(calls, policy.Compare)
	return calls, nil
}
