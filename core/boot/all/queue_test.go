package all_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/boot/all"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// TestOpenQueue: a queue is SQS's, the table's, or none.
func TestOpenQueue(t *testing.T) {
	kept := memory.New(time.Now)
	for _, tc := range []struct {
		url  string
		kept all.Store
		is   string
		err  string
	}{
		{"", kept, "", ""},
		{all.InTable, kept, "*queue.Stored", ""},
		{all.InTable, nil, "", "TABLE_NAME names no table"},
		{"https://sqs.eu-west-1.amazonaws.com/1/batch", nil, "*sqs.Queue", ""},
		{"http://127.0.0.1:5000/1/batch", nil, "*sqs.Queue", ""},
		{"arn:aws:sqs:eu-west-1:1:batch", kept, "", "want the URL of an SQS queue"},
	} {
		got, err := all.OpenQueue(tc.url, tc.kept)
		is := ""
		if got != nil {
			is = fmt.Sprintf("%T", got)
		}
		if is != tc.is || (err == nil) != (tc.err == "") || err != nil && !strings.Contains(err.Error(), tc.err) {
			t.Errorf("%q: got %s, %v, want %s, %q", tc.url, is, err, tc.is, tc.err)
		}
	}
}
