package stack_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/routes"
	"github.com/tollgate-llm/tollgate/infra/stack"
)

// restAPI is what the tests read of the REST API.
type restAPI struct {
	EndpointConfiguration struct{ Types []string }
	BinaryMediaTypes      []string
	Body                  struct {
		Paths map[string]map[string]struct {
			Parameters []struct {
				Name, In string
				Required bool
			}
			Integration struct {
				Type, HTTPMethod, ResponseTransferMode string
				TimeoutInMillis                        int
				URI                                    map[string]string
			} `json:"x-amazon-apigateway-integration"`
		}
		Responses map[string]struct {
			StatusCode         string
			ResponseParameters map[string]string
			ResponseTemplates  map[string]string
		} `json:"x-amazon-apigateway-gateway-responses"`
	}
}

// TestRoutes holds that the API has the routes of the table: answered by the
// same function, passed on in the same mode, by the action that fits the mode.
func TestRoutes(t *testing.T) {
	a := properties[restAPI](t, synthesized(t, stack.Profiles()[0])["Api"])
	if !slices.Equal(a.EndpointConfiguration.Types, []string{"REGIONAL"}) {
		t.Errorf("got endpoints %q, want REGIONAL alone", a.EndpointConfiguration.Types)
	}
	uri := regexp.MustCompile(`^arn:\$\{AWS::Partition\}:apigateway:\$\{AWS::Region\}:lambda:path/(.+)/functions/\$\{(\w+)Function\.Arn\}/(.+)$`)
	var got, want []string
	for path, methods := range a.Body.Paths {
		for method, o := range methods {
			i := o.Integration
			parts := uri.FindStringSubmatch(i.URI["Fn::Sub"])
			if parts == nil {
				t.Fatalf("%s %s: got the uri %q", method, path, i.URI)
			}
			var names []string
			for _, p := range o.Parameters {
				if p.In == "path" && p.Required {
					names = append(names, p.Name)
				}
			}
			if method == "x-amazon-apigateway-any-method" {
				method = routes.Any
			}
			got = append(got, fmt.Sprintln(strings.ToUpper(method), path, names, strings.ToLower(parts[2]), i.Type, i.HTTPMethod,
				i.ResponseTransferMode, i.TimeoutInMillis, parts[1], parts[3]))
		}
	}
	modes := map[string]routes.Mode{}
	for _, f := range routes.Functions() {
		modes[f.Name] = f.Mode
	}
	for _, r := range routes.All() {
		var names []string
		for _, element := range regexp.MustCompile(`\{(\w+)(\.\.\.)?\}`).FindAllStringSubmatch(r.Path, -1) {
			names = append(names, element[1])
		}
		how := "BUFFERED 0 2015-03-31 invocations"
		if modes[r.Function] == routes.Stream {
			how = "STREAM 900000 2021-11-15 response-streaming-invocations"
		}
		want = append(want, fmt.Sprintln(r.Method, strings.ReplaceAll(r.Path, "...}", "+}"), names, r.Function, "aws_proxy POST", how))
	}
	same(t, got, want)
}

// TestStage holds that the stage serves the deployment that there is, and is
// throttled as a whole.
func TestStage(t *testing.T) {
	for _, profile := range stack.Profiles() {
		resources := synthesized(t, profile)
		s := properties[struct {
			StageName      string
			DeploymentID   map[string]string
			MethodSettings []map[string]any
		}](t, resources["Stage"])
		if s.StageName != profile.Name || resources[s.DeploymentID["Ref"]].Type != "AWS::ApiGateway::Deployment" {
			t.Errorf("got stage %q of %v, want %s of a deployment", s.StageName, s.DeploymentID, profile.Name)
		}
		rate := map[string]any{"Ref": "RequestsPerSecond"}
		want := []map[string]any{{
			"ResourcePath": "/*", "HttpMethod": "*", "ThrottlingRateLimit": rate, "ThrottlingBurstLimit": rate, "LoggingLevel": "ERROR",
		}}
		if !reflect.DeepEqual(s.MethodSettings, want) {
			t.Errorf("got %v, want %v", s.MethodSettings, want)
		}
	}
}

// TestGatewayResponses holds that what API Gateway itself says is an error of
// OpenAI's, and that who was throttled is told when to come back.
func TestGatewayResponses(t *testing.T) {
	a := properties[restAPI](t, synthesized(t, stack.Profiles()[0])["Api"])
	for name, status := range map[string]string{
		"MISSING_AUTHENTICATION_TOKEN": "404", "REQUEST_TOO_LARGE": "413", "THROTTLED": "429", "INTEGRATION_FAILURE": "502",
		"INTEGRATION_TIMEOUT": "504", "DEFAULT_4XX": "", "DEFAULT_5XX": "",
	} {
		r := a.Body.Responses[name]
		var body struct {
			Error struct{ Message, Type, Code string }
		}
		text := strings.ReplaceAll(r.ResponseTemplates["application/json"], "$context.error.messageString", `"words"`)
		if err := json.Unmarshal([]byte(text), &body); err != nil || body.Error.Message == "" || body.Error.Type == "" || body.Error.Code == "" {
			t.Errorf("%s: got %s (%v), want OpenAI's error", name, text, err)
		}
		if r.StatusCode != status || status != "" && body.Error.Code != status {
			t.Errorf("%s: got status %q with code %s, want %q", name, r.StatusCode, body.Error.Code, status)
		}
	}
	if got := a.Body.Responses["THROTTLED"].ResponseParameters["gatewayresponse.header.Retry-After"]; got != "'1'" {
		t.Errorf("got Retry-After %s, want '1'", got)
	}
}
