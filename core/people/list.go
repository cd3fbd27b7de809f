package people

import (
	"context"
	"errors"

	"github.com/tollgate-llm/tollgate/core/each"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/store"
)

// Page is a part of a list. Next continues it; "" after the last.
type Page[T any] struct {
	Items []T
	Next  string
}

// Listing asks for a part of a list. At most one of the ids may be set; without
// one it is all there are, the newest first, which only administrators may see.
type Listing struct {
	Team, User, Organization, Project, Budget string
	After                                     string // the Next of the page before
	Limit                                     int    // 0: 100, at most 1,000
}

// place is where a listing's links are, and whether newest comes first.
func (l Listing) place(kind, prefix string) (q store.Query, err error) {
	q = store.Query{PK: "L#" + kind, Reverse: true, After: l.After, Limit: l.Limit, Consistent: true}
	set := 0
	for _, owner := range []struct{ id, pk string }{
		{l.Team, teamPK(l.Team)},
		{l.User, userPK(l.User)},
		{l.Organization, organizationPK(l.Organization)},
		{l.Project, projectPK(l.Project)},
		{l.Budget, budgetPK(l.Budget)},
	} {
		if owner.id != "" {
			set++
			q.PK, q.Prefix, q.Reverse = owner.pk, prefix, false
		}
	}
	if set > 1 {
		return q, bad("", "a list is of one team, user, organization, project or budget")
	}
	return q, nil
}

// List lists records. Of those of one owner the actor gets what it may see; a
// page may then have fewer items than were asked for, and yet a Next.
func (t *Table[T, P]) List(ctx context.Context, a Actor, l Listing) (Page[T], error) {
	q, err := l.place(t.list, t.pk(""))
	if err != nil {
		return Page[T]{}, err
	}
	if q.Prefix == "" && !a.views() {
		return Page[T]{}, forbidden("", "only a proxy admin may list all. Your role=%s", a.Role())
	}
	found, err := t.d.Store.Query(ctx, q)
	if err != nil {
		return Page[T]{}, stored(ctx, err)
	}
	got := make([]*T, len(found.Items))
	errs := make([]error, len(found.Items))
	_ = each.All(len(found.Items), func(i int) error {
		got[i], errs[i] = t.Get(ctx, a, found.Items[i].Item.Text(attrID))
		return nil
	})
	page := Page[T]{Next: found.Next}
	for i, v := range got {
		switch {
		case errors.Is(errs[i], llm.NotFoundError): // gone meanwhile, or not to be seen
		case errs[i] != nil:
			return Page[T]{}, errs[i]
		default:
			page.Items = append(page.Items, *v)
		}
	}
	return page, nil
}
