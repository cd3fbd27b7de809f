package spend

import (
	"math"
	"strings"

	"github.com/tollgate-llm/tollgate/core/ledger"
)

// Cell is what rows that are added up have in common: ledger.Facts' names.
type Cell struct {
	Key, Alias, User, Team, Organization, Project, EndUser string
	Tags                                                   string // line by line
	Op, Group, Model, Provider, Deployment, Host           string
}

// texts are the names of a cell in the order in which they are written.
func (c *Cell) texts() []*string {
	return []*string{
		&c.Key, &c.Alias, &c.User, &c.Team, &c.Organization, &c.Project, &c.EndUser,
		&c.Tags, &c.Op, &c.Group, &c.Model, &c.Provider, &c.Deployment, &c.Host,
	}
}

// TagList are the tags, one by one.
func (c *Cell) TagList() []string {
	if c.Tags == "" {
		return nil
	}
	return strings.Split(c.Tags, "\n")
}

// Sums are added up over rows. A request is counted where its last try is, and
// failed unless one of its tries went well; all else is counted try by try.
type Sums struct {
	Cost       int64 // pico-dollars, corrections included
	In         int64 // prompt tokens, cached ones included
	CacheRead  int64
	CacheWrite int64
	Out        int64
	Requests   int64
	Failed     int64 // requests
	Tries      int64
	Errors     int64 // tries that went wrong
	Limited    int64 // tries that were answered 429
	Hits       int64 // answers from the gateway's own cache
	HitTokens  int64 // Out of those
}

func (s *Sums) counts() []*int64 {
	return []*int64{
		&s.Cost, &s.In, &s.CacheRead, &s.CacheWrite, &s.Out, &s.Requests, &s.Failed,
		&s.Tries, &s.Errors, &s.Limited, &s.Hits, &s.HitTokens,
	}
}

// Add adds more to the sums: ErrOverflow, and nothing, if one would be too large.
func (s *Sums) Add(more Sums) error {
	sum := *s
	add := more.counts()
	for i, n := range sum.counts() {
		if *add[i] > 0 && *n > math.MaxInt64-*add[i] || *add[i] < 0 && *n < math.MinInt64-*add[i] {
			return ErrOverflow
		}
		*n += *add[i]
	}
	*s = sum
	return nil
}

// Cube is what was added up.
type Cube map[Cell]Sums

// Add adds more to a cell.
func (c Cube) Add(cell Cell, more Sums) error {
	s := c[cell]
	err := s.Add(more)
	c[cell] = s
	return err
}

func (c Cube) merge(more Cube) error {
	for cell, s := range more {
		if err := c.Add(cell, s); err != nil {
			return err
		}
	}
	return nil
}

// cost is the sum of all cells.
func (c Cube) cost() (int64, error) {
	var sum Sums
	for _, s := range c {
		if err := sum.Add(Sums{Cost: s.Cost}); err != nil {
			return 0, err
		}
	}
	return sum.Cost, nil
}

// Adjusts is the Op of a row that is of no request: somebody set a budget's
// spend. Its cost is in the sums, as it is in the accounts.
const Adjusts = "reset_spend"

// count adds the rows of one request, in their order.
func (c Cube) count(rows []ledger.Row) error {
	var last *Cell
	good := false
	for _, row := range rows {
		if uncounted(&row) {
			continue
		}
		cell, f := cellOf(&row.Facts), &row.Facts
		s := Sums{
			Cost: row.Cost, In: f.Usage.Prompt(), Out: f.Usage.Out,
			CacheRead: f.Usage.CacheRead, CacheWrite: f.Usage.CacheWrite5m + f.Usage.CacheWrite1h,
		}
		well := f.Class == "" && row.State == ledger.Posted
		good = good || well
		if !row.Corrects() {
			last = &cell
			s.Tries = 1
			if !well {
				s.Errors = 1
			}
			if f.Status == 429 {
				s.Limited = 1
			}
			if f.CacheHit {
				s.Hits, s.HitTokens = 1, s.Out
			}
		}
		if err := c.Add(cell, s); err != nil {
			return err
		}
	}
	if last == nil {
		return nil
	}
	s := Sums{Requests: 1}
	if !good {
		s.Failed = 1
	}
	return c.Add(*last, s)
}

// uncounted reports whether a row says nothing: it is not decided, or nobody's
// and keeps another from being written.
func uncounted(row *ledger.Row) bool {
	return row.State == ledger.Pending || row.Facts.Start.IsZero() && row.Cost == 0
}

func cellOf(f *ledger.Facts) Cell {
	return Cell{
		Key: f.KeyHash, Alias: f.KeyAlias, User: f.User, Team: f.Team, Organization: f.Organization, Project: f.Project,
		EndUser: f.EndUser, Tags: strings.Join(f.Tags, "\n"), Op: f.Op, Group: f.Group, Model: f.Model, Provider: f.Provider,
		Deployment: f.Deployment, Host: f.Host,
	}
}

// CellOf is the cell that a row is added to.
func CellOf(row *ledger.Row) Cell { return cellOf(&row.Facts) }
