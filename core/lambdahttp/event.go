package lambdahttp

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// kind is who sent an event, which decides the shape of the reply.
type kind uint8

const (
	restAPI     kind = iota + 1 // API Gateway REST API, or an HTTP API with payload format 1.0
	httpAPI                     // API Gateway HTTP API, payload format 2.0
	functionURL                 // Lambda Function URL
)

// event is the union of the three envelopes' members that a request is made of.
type event struct {
	kind kind
	body []byte // as sent: still base64 if IsBase64Encoded

	Version         string  `json:"version"`
	Body            *string `json:"body"` // null once the body was cut out
	IsBase64Encoded bool    `json:"isBase64Encoded"`

	// Headers come once with a single value each, and from REST APIs again with
	// all their values.
	Headers           map[string]string   `json:"headers"`
	MultiValueHeaders map[string][]string `json:"multiValueHeaders"`

	// REST API.
	Resource       string              `json:"resource"`
	Path           string              `json:"path"`
	HTTPMethod     string              `json:"httpMethod"`
	Query          map[string]string   `json:"queryStringParameters"`
	MultiQuery     map[string][]string `json:"multiValueQueryStringParameters"`
	PathParameters map[string]string   `json:"pathParameters"`

	// HTTP API and Function URL.
	RawPath        string   `json:"rawPath"`
	RawQueryString string   `json:"rawQueryString"`
	Cookies        []string `json:"cookies"`

	Context struct {
		RequestID  string `json:"requestId"`
		DomainName string `json:"domainName"`
		Stage      string `json:"stage"`
		Identity   struct {
			SourceIP string `json:"sourceIp"`
		} `json:"identity"`
		HTTP struct {
			Method   string `json:"method"`
			SourceIP string `json:"sourceIp"`
		} `json:"http"`
	} `json:"requestContext"`
}

// decode reads an event. The body is most of it and is one escaped string, so
// it is cut out and unescaped by hand and only the envelope around it goes
// through encoding/json; an event that the cutter does not understand goes
// there whole.
func decode(payload []byte) (*event, error) {
	e := new(event)
	envelope := payload
	if body, start, end, ok := cutBody(payload); ok {
		e.body = body
		envelope = slices.Concat(payload[:start], []byte("null"), payload[end:])
	}
	if err := json.Unmarshal(envelope, e); err != nil {
		return nil, fmt.Errorf("decode event: %w", err)
	}
	if e.Body != nil {
		e.body = []byte(*e.Body)
		e.Body = nil
	}
	var err error
	e.kind, err = e.recognize()
	if err != nil {
		return nil, err
	}
	return e, nil
}

// recognize tells the kinds apart. A load balancer's event looks like a REST
// API's without a resource; queues and schedules have none of these members.
func (e *event) recognize() (kind, error) {
	switch {
	case e.Version == "2.0" && e.Context.HTTP.Method != "" && strings.Contains(e.Context.DomainName, ".lambda-url."):
		return functionURL, nil
	case e.Version == "2.0" && e.Context.HTTP.Method != "":
		return httpAPI, nil
	case (e.Version == "" || e.Version == "1.0") && e.HTTPMethod != "" && e.Resource != "":
		return restAPI, nil
	}
	return 0, errors.New("unknown event: want one of an API Gateway REST API (httpMethod, resource, path), an HTTP API or a Function URL (version 2.0, requestContext.http)")
}

// streams says whether the sender can take a streamed reply. HTTP APIs cannot;
// those that send the older payload format say so in version.
func (e *event) streams() bool {
	return e.kind == functionURL || e.kind == restAPI && e.Version == ""
}
