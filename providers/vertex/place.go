package vertex

import (
	"context"
	"regexp"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/gemini/model"
	"github.com/tollgate-llm/tollgate/providers/google"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// place gives the address up to the model, without a verb. A configured one may
// end there too, as LiteLLM wants it, or earlier: after the project and
// location, the version, or the host.
func place(tokens *google.Tokens) wire.Place {
	return func(ctx context.Context, d *llm.Deployment, base string) (string, error) {
		base = strings.TrimRight(base, "/")
		if strings.Contains(base, "/models/") || strings.Contains(base, "/endpoints/") {
			return base, nil
		}
		below := resource(d.Model)
		if strings.Contains(base, "/projects/") {
			return base + below, nil
		}
		project, err := project(ctx, d, tokens)
		if err != nil {
			return "", err
		}
		unsaid := usual(d)
		if project == "" {
			unsaid = "global"
		}
		location, err := location(ctx, d, unsaid)
		if err != nil {
			return "", err
		}
		if project != "" { // without one: the express mode of an API key
			below = "/projects/" + project + "/locations/" + location + below
		}
		if base == "" {
			base = host(location)
		}
		if strings.HasSuffix(base, "/v1beta1") {
			return base + below, nil
		}
		return wire.Join(base, "/v1"+below), nil
	}
}

// host serves a location. Two are several regions of one jurisdiction.
// https://docs.cloud.google.com/gemini-enterprise-agent-platform/resources/locations
func host(location string) string {
	switch location {
	case "global":
		return "https://aiplatform.googleapis.com"
	case "us", "eu":
		return "https://aiplatform." + location + ".rep.googleapis.com"
	}
	return "https://" + location + "-aiplatform.googleapis.com"
}

// segment is a project or location; anything else could lead elsewhere.
// Projects of organisations have a domain before a colon.
var segment = regexp.MustCompile(`^[a-z0-9][a-z0-9.:-]*$`)

// setting is the first that is set of a deployment's settings, then of the
// environment's variables.
func setting(ctx context.Context, d *llm.Deployment, settings, variables []string) (string, error) {
	for _, name := range settings {
		if v := d.Settings[name]; v != "" {
			return v, nil
		}
	}
	return wire.First(ctx, d, variables...)
}

var (
	locations = []string{"vertex_location", "vertex_ai_location", "region_name"}
	projects  = []string{"vertex_project", "vertex_ai_project", "project"}
)

func location(ctx context.Context, d *llm.Deployment, unsaid string) (string, error) {
	name, err := setting(ctx, d, locations, []string{"VERTEXAI_LOCATION", "VERTEX_LOCATION", "GOOGLE_CLOUD_LOCATION"})
	if err != nil {
		return "", err
	}
	if name == "" {
		return unsaid, nil
	}
	if !segment.MatchString(name) || strings.ContainsAny(name, ".:") {
		return "", &llm.Error{Class: llm.BadRequestError, Param: "vertex_location", Message: "vertex_location is not a location's name"}
	}
	return name, nil
}

// usual is where a model is looked for when nobody says: where LiteLLM does,
// and from Gemini 3 on in the only place that has all of them.
func usual(d *llm.Deployment) string {
	if model.Of(d).Version >= 30 {
		return "global"
	}
	return "us-central1"
}

// project is the one configured, else the credentials'; "" for an API key,
// which knows its own.
func project(ctx context.Context, d *llm.Deployment, tokens *google.Tokens) (string, error) {
	name, err := setting(ctx, d, projects, []string{"VERTEXAI_PROJECT", "VERTEX_PROJECT", "GOOGLE_CLOUD_PROJECT"})
	if err != nil {
		return "", err
	}
	if name == "" {
		key, err := wire.First(ctx, d, "api_key")
		if err != nil || key != "" && familyOf(d.Model) == googles {
			return "", err
		}
		if name, err = tokens.Project(ctx, d); err != nil {
			return "", err
		}
	}
	if !segment.MatchString(name) {
		return "", &llm.Error{Class: llm.BadRequestError, Param: "vertex_project", Message: "vertex_ai needs vertex_project or VERTEXAI_PROJECT"}
	}
	return name, nil
}
