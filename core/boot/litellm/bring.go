package litellm

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/store"
)

// one is a record that is being brought.
type one struct {
	k      *kind
	id     string
	name   string // what people know it by
	source raw.Object
	theirs raw.Object // as core/people would keep it
}

// bringAll brings the records of a kind, a few at a time.
func (m *mover) bringAll(ctx context.Context, k *kind, found rows) error {
	m.alone(k, found)
	return each(len(found.all), func(i int) error {
		row := found.all[i]
		o := &one{k: k, source: row}
		o.id, o.name = o.called(row)
		m.report.add(k.name, func(c *count) { c.read++ })
		if o.id == "" {
			m.report.fail(k.name, "", fmt.Sprintf("it has no %s", k.id))
			return nil
		}
		if k.name == userKind && o.id == masterUser {
			m.report.add(k.name, func(c *count) { c.same++ }) // whoever has the master key: it is here already
			return nil
		}
		var err error
		if o.theirs, err = m.fits(k, o.name, row); err != nil {
			text, _ := ofOne(err)
			m.report.fail(k.name, o.name, cmp.Or(text, err.Error()))
			return nil
		}
		err = m.bring(ctx, o)
		if text, ok := ofOne(err); ok {
			m.report.fail(k.name, o.name, text)
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s %s: %w", k.name, o.name, err)
		}
		return nil
	})
}

// masterUser is LiteLLM's name for whoever has the master key.
const masterUser = "default_user_id"

// called is a record's id, and the name to tell it by.
func (o *one) called(row raw.Object) (id, name string) {
	id, _ = row.Text(o.k.id)
	if of, ok := row.Text("of"); ok {
		user, _ := row.Text("user_id")
		return memberID(of, user), id
	}
	name = id
	if o.k.name == keyKind {
		name, _ = row.Text("key_name")
	}
	if shown, ok := row.Text(o.k.shows); ok && shown != "" {
		name += " (" + shown + ")"
	}
	return id, name
}

// bring brings one record.
func (m *mover) bring(ctx context.Context, o *one) error {
	b, err := m.remembered(ctx, o.k, o.id)
	if err != nil {
		return err
	}
	ours, err := o.k.keep.get(ctx, o.id)
	here := err == nil
	if err != nil && !isNone(err) {
		return err
	}
	switch {
	case b != nil && b.Done && !here && !b.Gone:
		m.report.add(o.k.name, func(c *count) { c.kept++ })
		m.report.note(o.k.name, o.name, "was deleted here since it was brought, and stays so")
		return nil
	case !here:
		return m.make(ctx, o, b)
	case b == nil:
		return m.found(ctx, o, ours)
	}
	return m.merge(ctx, o, b, ours)
}

// make brings what is not here. It is remembered before it is made: who is cut
// short between the two finds it again as its own.
func (m *mover) make(ctx context.Context, o *one, b *brought) error {
	if b == nil {
		b = &brought{}
	}
	*b = brought{Row: o.theirs, Made: true, version: b.version}
	if err := m.remember(ctx, o.k, o.id, b); err != nil {
		return err
	}
	record, err := m.withoutTaken(o, o.theirs, func(record raw.Object) error { return o.k.keep.create(ctx, o.id, record) })
	b.Row = record
	if err != nil {
		if _, ok := ofOne(err); ok {
			return first(m.forget(ctx, o.k, o.id), err)
		}
		return err
	}
	m.report.add(o.k.name, func(c *count) { c.made++ })
	b.Done = true
	return m.carry(ctx, o, b)
}

// withoutTaken writes a record, or a patch of one, without those names that
// somebody else has here: a key works without its alias.
func (m *mover) withoutTaken(o *one, record raw.Object, write func(raw.Object) error) (raw.Object, error) {
	for {
		err := write(record)
		var e *llm.Error
		if !errors.As(err, &e) || !slices.Contains(o.k.unique, e.Param) || !record.Has(e.Param) {
			return record, err
		}
		m.report.note(o.k.name, o.name, fmt.Sprintf("is brought without its %s: %s", e.Param, e.Message))
		record = record.Without(e.Param)
	}
}

// alone leaves a name that several records have there to the first of them.
func (m *mover) alone(k *kind, found rows) {
	seen := map[string]bool{}
	for i, row := range found.all {
		for _, field := range k.unique {
			name, ok := row.Text(field)
			if !ok || name == "" {
				continue
			}
			claim := field + " " + name
			if field == "user_email" {
				claim = field + " " + strings.ToLower(name)
			}
			if seen[claim] {
				_, called := (&one{k: k}).called(row)
				m.report.note(k.name, called, fmt.Sprintf("is brought without its %s, which another %s has", field, k.name))
				row = row.Without(field)
			}
			seen[claim] = true
		}
		found.all[i] = row
	}
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// found is for what is here and was not brought. When it is the same, it counts
// as brought from now on, but for what it has spent; else it is left alone.
func (m *mover) found(ctx context.Context, o *one, ours raw.Object) error {
	if differs := o.differs(o.theirs, ours); len(differs) > 0 {
		m.report.add(o.k.name, func(c *count) { c.kept++ })
		m.report.note(o.k.name, o.name, "was here before, with another "+strings.Join(differs, ", ")+", and stays as it is")
		return nil
	}
	m.report.add(o.k.name, func(c *count) { c.same++ })
	return m.remember(ctx, o.k, o.id, &brought{Row: o.theirs, Done: true})
}

// differs are the members that two records have different, of those that are
// brought.
func (o *one) differs(theirs, ours raw.Object) []string {
	var names []string
	for _, name := range differing(theirs, ours, append([]string{"created_at", "created_by", "updated_at", "updated_by", "spend"}, o.k.fixed...)) {
		if o.k.fields[name] {
			names = append(names, name)
		}
	}
	return names
}

// merge brings what has changed there since, unless it has changed here, too.
func (m *mover) merge(ctx context.Context, o *one, b *brought, ours raw.Object) error {
	var bring, clash []string
	for _, name := range o.differs(o.theirs, b.Row) {
		switch {
		case same(ours, o.theirs, name):
		case same(ours, b.Row, name):
			bring = append(bring, name)
		default:
			clash = append(clash, name)
		}
	}
	if len(bring) > 0 {
		done, err := m.withoutTaken(o, taking(o.theirs, bring), func(patch raw.Object) error { return o.k.keep.update(ctx, o.id, patch) })
		if err != nil {
			return err
		}
		bring = slices.DeleteFunc(bring, func(name string) bool { return !done.Has(name) })
	}
	next := o.theirs
	for _, name := range o.differs(o.theirs, b.Row) {
		if same(ours, o.theirs, name) || slices.Contains(bring, name) {
			continue
		}
		// It is told of again as long as it differs.
		next = next.Without(name)
		if v, ok := b.Row.Raw(name); ok {
			next = next.WithRaw(name, v)
		}
	}
	if len(clash) > 0 {
		m.report.note(o.k.name, o.name, "has changed here and there in "+strings.Join(clash, ", ")+": what is here stays")
	}
	spent := b.Posted
	changed := len(bring) > 0 || len(differing(next, b.Row, nil)) > 0 || !b.Done || b.Gone
	b.Row, b.Done, b.Gone = next, true, false
	if err := m.carryIf(ctx, o, b, changed); err != nil {
		return err
	}
	m.report.add(o.k.name, func(c *count) {
		switch {
		case len(clash) > 0:
			c.kept++
		case len(bring) > 0 || spent != b.Posted:
			c.changed++
		default:
			c.same++
		}
	})
	return nil
}

// gone takes away what was brought and is there no more, if nobody has changed
// it here and its kind is one that gives access.
func (m *mover) gone(ctx context.Context, k *kind, found rows) error {
	there := map[string]bool{}
	for _, row := range found.all {
		id, _ := (&one{k: k}).called(row)
		there[id] = true
	}
	q := store.Query{PK: m.shelf(k), Consistent: true, Limit: store.MaxLimit}
	for {
		page, err := m.store.Query(ctx, q)
		if err != nil {
			return err
		}
		for _, item := range page.Items {
			b, err := readBrought(item.Item)
			if err == nil && !there[item.SK] && !b.Gone {
				err = m.take(ctx, k, item.SK, b, len(found.all) == 0)
			}
			if err != nil {
				return err
			}
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}

// take takes one record away.
func (m *mover) take(ctx context.Context, k *kind, id string, b *brought, all bool) error {
	_, name := (&one{k: k}).called(b.Row)
	if name == "" {
		name = id
	}
	ours, err := k.keep.get(ctx, id)
	if err != nil && !isNone(err) {
		return err
	}
	o := &one{k: k}
	switch {
	case isNone(err):
	case !k.leaves:
		m.report.note(k.name, name, "is no more in LiteLLM, and stays here")
		return nil
	case all:
		m.report.note(k.name, name, "is no more in LiteLLM, as are all others: it stays, in case that is a mistake")
		return nil
	case len(o.differs(b.Row, ours)) > 0 || !b.Made:
		m.report.note(k.name, name, "is no more in LiteLLM, but was changed here: it stays")
		return nil
	default:
		if err := k.keep.remove(ctx, id); err != nil && !isNone(err) {
			return err
		}
		m.report.add(k.name, func(c *count) { c.gone++ })
	}
	b.Gone = true
	return m.remember(ctx, k, id, b)
}
