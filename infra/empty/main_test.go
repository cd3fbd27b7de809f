package main

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/cloud"
)

// account has one stack of two buckets, of which "kept" stays.
type account struct {
	t         *testing.T
	missing   bool // the stack
	protected bool
	refuses   string // a key that is not deleted
	objects   map[string][]version
	page      int // how many versions are listed at once
}

func (a *account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		a.t.Error(err)
	}
	bucket := strings.Trim(r.URL.Path, "/")
	switch {
	case r.URL.Query().Has("versions"):
		a.list(w, bucket)
	case r.URL.Query().Has("delete"):
		a.remove(w, bucket, body)
	default:
		form, err := url.ParseQuery(string(body))
		if err != nil || form.Get("StackName") != "tollgate-dev" {
			a.t.Errorf("got the question %s (%v)", body, err)
		}
		a.describe(w, form.Get("Action"))
	}
}

func (a *account) describe(w http.ResponseWriter, action string) {
	switch {
	case a.missing:
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack with id tollgate-dev does not exist</Message></Error></ErrorResponse>`)
	case action == "DescribeStacks":
		fmt.Fprintf(w, `<R><DescribeStacksResult><Stacks><member><EnableTerminationProtection>%v</EnableTerminationProtection></member></Stacks></DescribeStacksResult></R>`, a.protected)
	case action == "GetTemplate":
		template, err := json.Marshal(map[string]any{"Resources": map[string]any{
			"Going": map[string]string{"DeletionPolicy": "Delete"}, "Kept": map[string]string{"DeletionPolicy": "Retain"},
		}})
		if err != nil {
			a.t.Error(err)
		}
		fmt.Fprint(w, `<R><GetTemplateResult><TemplateBody>`)
		if err := xml.EscapeText(w, template); err != nil {
			a.t.Error(err)
		}
		fmt.Fprint(w, `</TemplateBody></GetTemplateResult></R>`)
	case action == "DescribeStackResources":
		fmt.Fprint(w, `<R><DescribeStackResourcesResult><StackResources>`+
			`<member><LogicalResourceId>Going</LogicalResourceId><PhysicalResourceId>going</PhysicalResourceId><ResourceType>AWS::S3::Bucket</ResourceType></member>`+
			`<member><LogicalResourceId>Kept</LogicalResourceId><PhysicalResourceId>kept</PhysicalResourceId><ResourceType>AWS::S3::Bucket</ResourceType></member>`+
			`<member><LogicalResourceId>Going</LogicalResourceId><PhysicalResourceId>table</PhysicalResourceId><ResourceType>AWS::DynamoDB::Table</ResourceType></member>`+
			`</StackResources></DescribeStackResourcesResult></R>`)
	}
}

// list shows every second version as the mark of a deletion. Keys are as in XML.
func (a *account) list(w io.Writer, bucket string) {
	fmt.Fprint(w, `<ListVersionsResult>`)
	for i, v := range a.objects[bucket][:min(a.page, len(a.objects[bucket]))] {
		as := []string{"Version", "DeleteMarker"}[i%2]
		fmt.Fprintf(w, `<%s><Key>%s</Key><VersionId>%s</VersionId></%s>`, as, v.Key, v.VersionID, as)
	}
	fmt.Fprint(w, `</ListVersionsResult>`)
}

func (a *account) remove(w io.Writer, bucket string, body []byte) {
	var asked struct {
		Objects []version `xml:"Object"`
	}
	if err := xml.Unmarshal(body, &asked); err != nil {
		a.t.Error(err)
	}
	for i, v := range asked.Objects {
		asked.Objects[i].Key = strings.ReplaceAll(v.Key, "&", "&amp;")
	}
	fmt.Fprint(w, `<DeleteResult>`)
	a.objects[bucket] = slices.DeleteFunc(a.objects[bucket], func(v version) bool {
		if v.Key == a.refuses {
			fmt.Fprintf(w, `<Error><Key>%s</Key><Code>AccessDenied</Code></Error>`, v.Key)
			return false
		}
		return slices.Contains(asked.Objects, v)
	})
	fmt.Fprint(w, `</DeleteResult>`)
}

// TestRun holds that what goes with the stack is emptied, every version of it,
// and nothing else is touched.
func TestRun(t *testing.T) {
	for name, test := range map[string]struct {
		account account
		name    string
		left    int // versions in the bucket that goes
		said    string
		failure string
	}{
		"all versions":    {account: account{page: 2}, name: "tollgate-dev", said: "5 object versions deleted from the bucket going\n"},
		"no stack":        {account: account{missing: true}, name: "tollgate-dev", left: 5},
		"no name":         {left: 5, failure: "-stack"},
		"protected":       {account: account{protected: true}, name: "tollgate-dev", left: 5, failure: "protected"},
		"refused":         {account: account{page: 5, refuses: "b"}, name: "tollgate-dev", left: 1, failure: "b among them: AccessDenied"},
		"nothing in them": {account: account{page: -1}, name: "tollgate-dev", said: "0 object versions deleted from the bucket going\n"},
	} {
		t.Run(name, func(t *testing.T) {
			a := test.account
			a.t = t
			a.objects = map[string][]version{
				"going": {{"a", "1"}, {"a", "2"}, {"b", "1"}, {"c d&amp;e", "1"}, {"a", "3"}},
				"kept":  {{"a", "1"}},
			}
			if a.page < 0 {
				a.page, a.objects["going"] = 1, nil
			}
			server := httptest.NewServer(&a)
			defer server.Close()
			for name, value := range map[string]string{
				"AWS_ENDPOINT_URL": server.URL, "AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret",
				"AWS_SESSION_TOKEN": "", "AWS_PROFILE": "",
			} {
				t.Setenv(name, value)
			}
			var out strings.Builder
			err := run(t.Context(), &cloud.Account{Now: time.Now}, test.name, &out)
			if failed := test.failure != ""; (err != nil) != failed || failed && !strings.Contains(err.Error(), test.failure) {
				t.Errorf("got error %v, want one that says %q", err, test.failure)
			}
			if out.String() != test.said || len(a.objects["going"]) != test.left || len(a.objects["kept"]) != 1 {
				t.Errorf("got %q, %d left of what goes and %d of what stays, want %q, %d and 1", out.String(), len(a.objects["going"]), len(a.objects["kept"]), test.said, test.left)
			}
		})
	}
}
