package cloud

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
)

// largestQuery is how much is read of what a query is answered: a template of
// CloudFormation has 1 MB, and XML writes its quotes in six bytes.
const largestQuery = 4 << 20

// Query asks a service whose protocol is AWS's oldest: forms and XML. In has the
// Action and the Version of the API, too. What AWS refuses is a *Refusal.
// Source: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
func (a *Account) Query(ctx context.Context, s Service, in url.Values, out any) error {
	answer, err := a.Do(ctx, s, Request{
		Method: http.MethodPost, Body: []byte(in.Encode()), Largest: largestQuery,
		Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded; charset=utf-8"}},
	})
	if err != nil {
		return err
	}
	return answer.XML(s.Host+"."+in.Get("Action"), out)
}

// XML reads an answer that is XML into out. Target says what was asked for. What
// AWS refuses is a *Refusal.
func (a *Answer) XML(target string, out any) error {
	if a.Status != http.StatusOK {
		return refusedXML(target, a)
	}
	if xml.Unmarshal(a.Body, out) != nil {
		return fmt.Errorf("%s: the answer is not what AWS writes", target)
	}
	return nil
}

// refusedXML reads an error: S3's is the whole answer, others have it in one.
// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
func refusedXML(target string, a *Answer) *Refusal {
	var said struct {
		Code, Message string
		Error         struct{ Code, Message string }
	}
	_ = xml.Unmarshal(a.Body, &said) // what is no XML comes from a proxy, and the status must do
	return &Refusal{target, a.Status, said.Code + said.Error.Code, said.Message + said.Error.Message}
}
