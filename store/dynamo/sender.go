package dynamo

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// sender hands net/http bodies that it knows to be in memory. It sends the
// headers of all others by themselves, and asks their reader for more after the
// last byte has left; the SDK may have closed that by then, since an answer is
// there, and then net/http breaks the connection in the middle of the answer. A
// refusal that shows a large item was lost so in one of fifty.
type sender struct{ client aws.HTTPClient }

// Do implements aws.HTTPClient.
func (s sender) Do(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		return s.client.Do(r)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, fmt.Errorf("read the body of a request: %w", err)
	}
	r = r.WithContext(r.Context()) // a copy
	r.Body = io.NopCloser(bytes.NewReader(body))
	return s.client.Do(r)
}
