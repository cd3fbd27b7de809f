package litellm

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"sync"
	"text/tabwriter"
)

// Report says what became of everything.
type Report struct {
	Dry   bool
	mu    sync.Mutex
	kinds map[string]*count
	lines []line
}

// count is what became of the records of a kind.
type count struct{ read, made, changed, same, kept, gone, failed int }

// line is something to know of one record; Failed: it was not brought.
type line struct {
	Kind, Name, Text string
	Failed           bool
}

// Failed reports whether anything could not be brought.
func (r *Report) Failed() bool {
	return slices.ContainsFunc(r.lines, func(l line) bool { return l.Failed })
}

func (r *Report) of(kind string) *count {
	if r.kinds == nil {
		r.kinds = map[string]*count{}
	}
	if r.kinds[kind] == nil {
		r.kinds[kind] = &count{}
	}
	return r.kinds[kind]
}

func (r *Report) add(kind string, f func(*count)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f(r.of(kind))
}

func (r *Report) note(kind, name, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, line{kind, name, text, false})
}

func (r *Report) fail(kind, name, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.of(kind).failed++
	r.lines = append(r.lines, line{kind, name, text, true})
}

// order is that of the kinds in a report.
var order = []string{
	budgetKind, groupKind, organizationKind, userKind, teamKind, organizationMemberKind, teamMemberKind,
	projectKind, tagKind, customerKind, keyKind, "credential", "model",
}

// Print writes the report: the counts, what could not be brought, and what else
// there is to know.
func (r *Report) Print(to io.Writer) error {
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "\tread\tnew\tchanged\tunchanged\tkept\tgone\tfailed\t")
	for _, kind := range order {
		if c := r.kinds[kind]; c != nil {
			fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t\n", kind, c.read, c.made, c.changed, c.same, c.kept, c.gone, c.failed)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	lines := slices.Clone(r.lines)
	slices.SortStableFunc(lines, func(a, b line) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind)), cmp.Compare(a.Name, b.Name))
	})
	for _, part := range []struct {
		head   string
		failed bool
	}{{"Not brought:", true}, {"To know:", false}} {
		head := part.head
		for _, l := range lines {
			if l.Failed != part.failed {
				continue
			}
			if head != "" {
				fmt.Fprintln(to, "\n"+head)
				head = ""
			}
			name := l.Kind
			if l.Name != "" {
				name += " " + l.Name
			}
			if _, err := fmt.Fprintf(to, "  %s: %s\n", name, l.Text); err != nil {
				return err
			}
		}
	}
	if r.Dry {
		_, err := fmt.Fprintln(to, "\nNothing was written (--dry-run).")
		return err
	}
	return nil
}
