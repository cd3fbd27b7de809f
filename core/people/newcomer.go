package people

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/each"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/store"
)

// Newcomer is somebody without a key, by the names that an identity provider
// gives: they may be nobody's here. Empty fields name nobody.
type Newcomer struct {
	User  string
	Email string // known to be the user's own
	Role  Role   // that the user is to have

	Team, TeamAlias                 string
	Teams                           []string // a call is one team's: these are to choose from
	Organization, OrganizationAlias string

	MakeUser, MakeTeam bool // who is not known is made
	Sync               bool // the user gets the Role, and is in Teams and no others
}

// Settled is a Newcomer by the ids of people who are here.
type Settled struct {
	User, Team, Organization string
	Teams                    []string // those of the Newcomer's that there are
}

// vouched is who makes and changes people when a token says so.
func vouched() Actor {
	a := Root("")
	a.For = "jwt"
	return a
}

// Settle finds a newcomer among the people, and makes who is missing if that is
// asked for. Errors are *llm.Error: that somebody who is named is not here.
func (d *Directory) Settle(ctx context.Context, n Newcomer) (*Settled, error) {
	s := &Settled{Team: n.Team, Organization: n.Organization}
	var err error
	if s.User, err = d.settleUser(ctx, n); err != nil {
		return nil, err
	}
	if s.Team, err = d.settleTeam(ctx, n); err != nil {
		return nil, err
	}
	if s.Organization == "" && n.OrganizationAlias != "" {
		if s.Organization, err = d.aliased(ctx, "organization_alias", n.OrganizationAlias); err != nil {
			return nil, err
		}
	}
	if s.Teams, err = d.present(ctx, n.Teams); err != nil {
		return nil, err
	}
	if n.Sync && s.User != "" {
		err = d.sync(ctx, s, n.Role)
	}
	return s, err
}

// settleUser finds a user by id, by the id at the identity provider, or by
// address.
func (d *Directory) settleUser(ctx context.Context, n Newcomer) (string, error) {
	if n.User == "" {
		return "", nil
	}
	if n.User == defaultUser || checkID("user_id", n.User) != nil {
		return "", denied("Authentication Error, the token's user_id cannot be a user's.")
	}
	for _, find := range []func() (string, error){
		func() (string, error) { return n.User, d.is(d.Users.load(ctx, n.User)) },
		func() (string, error) { return d.claimant(ctx, "sso_user_id", n.User) },
		func() (string, error) { return d.claimant(ctx, "user_email", strings.ToLower(n.Email)) },
	} {
		id, err := find()
		if !errors.Is(err, llm.NotFoundError) {
			return id, err
		}
	}
	if !n.MakeUser {
		return "", denied(fmt.Sprintf("Authentication Error, User doesn't exist in db. 'user_id'=%s. Create user via `/user/new` call.", n.User))
	}
	_, err := d.Users.Create(ctx, vouched(), User{ID: n.User, Role: n.Role})
	return n.User, made(err)
}

func (d *Directory) settleTeam(ctx context.Context, n Newcomer) (string, error) {
	if n.Team == "" && n.TeamAlias != "" {
		return d.aliased(ctx, "team_alias", n.TeamAlias)
	}
	if n.Team == "" || !n.MakeTeam {
		return n.Team, nil
	}
	_, err := d.Teams.load(ctx, n.Team)
	if errors.Is(err, llm.NotFoundError) {
		_, err = d.Teams.Create(ctx, vouched(), Team{ID: n.Team})
		err = made(err)
	}
	return n.Team, err
}

// is drops what was found.
func (d *Directory) is(_ any, err error) error { return err }

// made is the error of making somebody who may have been made meanwhile.
func made(err error) error {
	if errors.Is(err, llm.ConflictError) {
		return nil
	}
	return err
}

// present are those teams that there are, in their order.
func (d *Directory) present(ctx context.Context, teams []string) ([]string, error) {
	errs := make([]error, len(teams))
	_ = each.All(len(teams), func(i int) error {
		errs[i] = d.is(d.Teams.load(ctx, teams[i]))
		return nil
	})
	var found []string
	for i, err := range errs {
		switch {
		case errors.Is(err, llm.NotFoundError) || slices.Contains(found, teams[i]):
		case err != nil:
			return nil, err
		default:
			found = append(found, teams[i])
		}
	}
	return found, nil
}

// named leads to a record from a name that others may have, too.
func named(field, name, pk string) []link {
	if name == "" {
		return nil
	}
	return []link{beside(namePK(field, name), pk)}
}

func namePK(field, name string) string { return "N#" + field + "#" + name }

// aliased finds the one that has a name.
func (d *Directory) aliased(ctx context.Context, field, name string) (string, error) {
	if checkID(field, name) != nil {
		return "", denied(fmt.Sprintf("Authentication Error, %s cannot be a name.", field))
	}
	found, err := d.Store.Query(ctx, store.Query{PK: namePK(field, name), Limit: 2, Consistent: true})
	switch {
	case err != nil:
		return "", stored(ctx, err)
	case len(found.Items) == 0:
		return "", denied(fmt.Sprintf("Authentication Error, %s=%s doesn't exist in db.", field, name))
	case len(found.Items) > 1:
		return "", denied(fmt.Sprintf("Authentication Error, more than one has %s=%s: name it by its id.", field, name))
	}
	return found.Items[0].Item.Text(attrID), nil
}

// sync gives a user a role, and makes it a member of these teams and no others.
func (d *Directory) sync(ctx context.Context, s *Settled, role Role) error {
	u, err := d.Users.load(ctx, s.User)
	if err != nil {
		return err
	}
	if role != "" && u.Role != role {
		patch := raw.New(raw.Member{Name: "user_role", Value: json.RawMessage(raw.Quote(string(role)))})
		if _, err := d.Users.Update(ctx, vouched(), s.User, patch); err != nil {
			return err
		}
	}
	var has []string
	for after := ""; ; {
		page, err := d.Teams.List(ctx, vouched(), Listing{User: s.User, After: after, Limit: 1000})
		if err != nil {
			return err
		}
		for _, t := range page.Items {
			has = append(has, t.ID)
		}
		if after = page.Next; after == "" {
			break
		}
	}
	for _, team := range has {
		if !slices.Contains(s.Teams, team) {
			if err := d.Teams.RemoveMember(ctx, vouched(), team, s.User); err != nil && !errors.Is(err, llm.NotFoundError) {
				return err
			}
		}
	}
	for _, team := range s.Teams {
		if err := d.Join(ctx, s.User, team); err != nil {
			return err
		}
	}
	return nil
}

// Join makes a user a member of a team, unless it is one already.
func (d *Directory) Join(ctx context.Context, user, team string) error {
	role, err := d.roleIn(ctx, teamPK(team), user)
	if err != nil || role != "" {
		return err
	}
	_, err = d.Teams.SetMember(ctx, vouched(), team, Member{UserID: user, Role: MemberUser})
	return err
}
