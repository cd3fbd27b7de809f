package stack_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

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
// OpenAI's, and that both templates say the same.
func TestGatewayResponses(t *testing.T) {
	a := properties[restAPI](t, synthesized(t, stack.Profiles()[0])["Api"])
	b, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var sam struct {
		Resources struct {
			API struct {
				Properties struct {
					BinaryMediaTypes []string `yaml:"BinaryMediaTypes"`
					GatewayResponses map[string]struct {
						StatusCode         string            `yaml:"StatusCode"`
						ResponseTemplates  map[string]string `yaml:"ResponseTemplates"`
						ResponseParameters struct {
							Headers map[string]string `yaml:"Headers"`
						} `yaml:"ResponseParameters"`
					} `yaml:"GatewayResponses"`
				} `yaml:"Properties"`
			} `yaml:"Api"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(b, &sam); err != nil {
		t.Fatal(err)
	}
	theirs := sam.Resources.API.Properties
	for i, name := range theirs.BinaryMediaTypes {
		theirs.BinaryMediaTypes[i] = strings.ReplaceAll(name, "~1", "/")
	}
	if !slices.Equal(a.BinaryMediaTypes, theirs.BinaryMediaTypes) {
		t.Errorf("got binary types %q, want template.yaml's %q", a.BinaryMediaTypes, theirs.BinaryMediaTypes)
	}
	if got, want := slices.Sorted(maps.Keys(a.Body.Responses)), slices.Sorted(maps.Keys(theirs.GatewayResponses)); !slices.Equal(got, want) {
		t.Fatalf("got responses %q, want template.yaml's %q", got, want)
	}
	for name, r := range a.Body.Responses {
		want := theirs.GatewayResponses[name]
		headers := map[string]string{}
		for header, value := range r.ResponseParameters {
			headers[strings.TrimPrefix(header, "gatewayresponse.header.")] = value
		}
		if r.StatusCode != want.StatusCode || !maps.Equal(r.ResponseTemplates, want.ResponseTemplates) || !maps.Equal(headers, want.ResponseParameters.Headers) {
			t.Errorf("%s: got %+v, want template.yaml's %+v", name, r, want)
		}
		var body struct {
			Error struct{ Message, Type, Code string }
		}
		text := strings.ReplaceAll(r.ResponseTemplates["application/json"], "$context.error.messageString", `"words"`)
		if err := json.Unmarshal([]byte(text), &body); err != nil || body.Error.Message == "" || body.Error.Type == "" || body.Error.Code == "" {
			t.Errorf("%s: got %s (%v), want OpenAI's error", name, text, err)
		}
	}
}
