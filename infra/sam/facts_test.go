package sam_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// table is the route table as a value, so that a test can change it.
type table struct {
	Functions []routes.Function
	Routes    []routes.Route
	Schedules []routes.Schedule
	Queues    []routes.Queue
}

func routeTable() table {
	return table{Functions: routes.Functions(), Routes: routes.All(), Schedules: routes.Schedules(), Queues: routes.Queues()}
}

// values are the variables that are the same in every function, as JSON.
var values = [...][2]string{
	{"BUCKET_NAME", `{"Ref":"Bucket"}`},
	{"CONFIG_FILE_PATH", `""`},
	{"GOMAXPROCS", `"1"`},
	{"LITELLM_CONFIG_BUCKET_NAME", `{"Ref":"Bucket"}`},
	{"LITELLM_CONFIG_BUCKET_OBJECT_KEY", `"config/config.yaml"`},
	{"LITELLM_MASTER_KEY", `{"Fn::Sub":"secretsmanager/${Secret}#LITELLM_MASTER_KEY"}`},
	{"PRIMARY_SECRET_NAME", `{"Ref":"Secret"}`},
	{"TABLE_NAME", `{"Ref":"Table"}`},
}

// facts are what the table says of functions, routes and what else invokes a
// function: each is one line.
func (t table) facts() []string {
	var all []string
	modes := map[string]routes.Mode{}
	for _, f := range t.Functions {
		modes[f.Name] = f.Mode
		all = append(all, fmt.Sprintf("%s has %d MB and %d s", f.Name, f.MemoryMB, f.TimeoutSeconds))
		for _, name := range f.Env {
			value := fmt.Sprintf("%q", f.Mode) // of RESPONSE_MODE
			if i := slices.IndexFunc(values[:], func(v [2]string) bool { return v[0] == name }); i >= 0 {
				value = values[i][1]
			}
			if queue, ok := strings.CutPrefix(name, "QUEUE_URL_"); ok {
				value = fmt.Sprintf(`{"Ref":"%sQueue"}`, capital(strings.ToLower(queue)))
			}
			all = append(all, fmt.Sprintf("%s reads %s=%s", f.Name, name, value))
		}
	}
	for _, r := range t.Routes {
		how := "BUFFERED 0 2015-03-31/invocations"
		if modes[r.Function] == routes.Stream {
			how = "STREAM 900000 2021-11-15/response-streaming-invocations"
		}
		all = append(all, fmt.Sprintf("%s %s is %s's: %s", r.Method, strings.ReplaceAll(r.Path, "...}", "+}"), r.Function, how))
	}
	for _, s := range t.Schedules {
		all = append(all, fmt.Sprintf("%s invokes %s every %d min", s.Name, s.Function, s.Minutes))
	}
	for _, q := range t.Queues {
		all = append(all, fmt.Sprintf("%s invokes %s with %d messages, hidden for %d s, given up after %d times", q.Name, q.Function, q.BatchSize, q.VisibilitySeconds, q.MaxReceives))
	}
	slices.Sort(all)
	return all
}

func capital(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

// document is a template, of CloudFormation or of SAM.
type document struct{ Resources map[string]*resource }

type resource struct {
	Type       string
	Properties struct {
		MemorySize, Timeout int
		Environment         struct{ Variables map[string]any }
		Body                *body // of CloudFormation's API
		DefinitionBody      *body // of SAM's
		ScheduleExpression  string
		Targets             []struct{ Arn reference }
		EventSourceArn      reference
		FunctionName        reference
		BatchSize           int
		VisibilityTimeout   int
		RedrivePolicy       struct {
			MaxReceiveCount int `json:"maxReceiveCount"`
		}
	}
}

type body struct {
	Paths map[string]map[string]*operation `json:"paths"`
}

type operation struct {
	Integration struct {
		Mode            string            `json:"responseTransferMode"`
		TimeoutInMillis int               `json:"timeoutInMillis"`
		URI             map[string]string `json:"uri"`
	} `json:"x-amazon-apigateway-integration"`
}

// reference is a Fn::GetAtt, or something else of no interest here.
type reference struct{ Of string }

func (r *reference) UnmarshalJSON(b []byte) error {
	var found struct {
		Attribute []string `json:"Fn::GetAtt"`
	}
	if json.Unmarshal(b, &found) == nil && len(found.Attribute) == 2 {
		r.Of = found.Attribute[0]
	}
	return nil
}

func (r reference) function() string { return strings.ToLower(strings.TrimSuffix(r.Of, "Function")) }

// address is that of an integration.
var address = regexp.MustCompile(`:lambda:path/([0-9-]+)/functions/\$\{(\w+)Function\.Arn\}/(.+)$`)

// facts are the same of a template.
func (d document) facts() []string {
	var all []string
	for id, r := range d.Resources {
		p := r.Properties
		switch r.Type {
		case "AWS::Lambda::Function", "AWS::Serverless::Function":
			name := reference{id}.function()
			all = append(all, fmt.Sprintf("%s has %d MB and %d s", name, p.MemorySize, p.Timeout))
			for variable, value := range p.Environment.Variables {
				b, err := json.Marshal(value)
				all = append(all, fmt.Sprintf("%s reads %s=%s", name, variable, b))
				if err != nil {
					all = append(all, err.Error())
				}
			}
		case "AWS::ApiGateway::RestApi":
			all = append(all, p.Body.facts()...)
		case "AWS::Serverless::Api":
			all = append(all, p.DefinitionBody.facts()...)
		case "AWS::Events::Rule":
			var minutes int
			if _, err := fmt.Sscanf(p.ScheduleExpression, "rate(%d minute", &minutes); err != nil {
				minutes = -1
			}
			for _, target := range p.Targets {
				all = append(all, fmt.Sprintf("%s invokes %s every %d min", id, target.Arn.function(), minutes))
			}
		case "AWS::Lambda::EventSourceMapping":
			name := strings.ToLower(strings.TrimSuffix(p.EventSourceArn.Of, "Queue"))
			q := resource{}
			if found := d.Resources[p.EventSourceArn.Of]; found != nil {
				q = *found
			}
			all = append(all, fmt.Sprintf("%s invokes %s with %d messages, hidden for %d s, given up after %d times",
				name, p.FunctionName.function(), p.BatchSize, q.Properties.VisibilityTimeout, q.Properties.RedrivePolicy.MaxReceiveCount))
		}
	}
	slices.Sort(all)
	return all
}

func (b *body) facts() []string {
	if b == nil {
		return nil
	}
	var all []string
	for path, methods := range b.Paths {
		for method, o := range methods {
			parts := address.FindStringSubmatch(o.Integration.URI["Fn::Sub"])
			if parts == nil {
				parts = []string{"", "", "nobody", ""}
			}
			if method == "x-amazon-apigateway-any-method" {
				method = routes.Any
			}
			all = append(all, fmt.Sprintf("%s %s is %s's: %s %d %s/%s", strings.ToUpper(method), path, strings.ToLower(parts[2]),
				o.Integration.Mode, o.Integration.TimeoutInMillis, parts[1], parts[3]))
		}
	}
	return all
}
