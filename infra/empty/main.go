// Command empty deletes what is in a stack's buckets, where the buckets go with
// the stack: CloudFormation deletes no bucket that has something in it. Buckets
// that stay are left as they are, and so are those of a stack that is protected.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/signal"
	"time"

	"github.com/tollgate-llm/tollgate/core/cloud"
)

func main() {
	name := flag.String("stack", "", "the stack's name")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, &cloud.Account{Now: time.Now}, *name, os.Stdout); err != nil {
		stop()
		fmt.Fprintln(os.Stderr, "empty:", err)
		os.Exit(1)
	}
}

// run empties the buckets of a stack and says so. A stack that is not there has
// none.
func run(ctx context.Context, at *cloud.Account, name string, out io.Writer) error {
	if name == "" {
		return errors.New("-stack says which stack")
	}
	if protected, err := isProtected(ctx, at, name); err != nil {
		if refused, ok := errors.AsType[*cloud.Refusal](err); ok && refused.Kind == "ValidationError" {
			return nil
		}
		return fmt.Errorf("find the stack %s: %w", name, err)
	} else if protected {
		return fmt.Errorf("the stack %s is protected from being deleted: aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name %s", name, name)
	}
	going, err := goingBuckets(ctx, at, name)
	if err != nil {
		return fmt.Errorf("read what the stack %s has: %w", name, err)
	}
	for _, bucket := range going {
		deleted, err := emptied(ctx, at, bucket)
		if err != nil {
			return fmt.Errorf("empty the bucket %s: %w", bucket, err)
		}
		fmt.Fprintf(out, "%d object versions deleted from the bucket %s\n", deleted, bucket)
	}
	return nil
}

func isProtected(ctx context.Context, at *cloud.Account, name string) (bool, error) {
	var described struct {
		Protected []bool `xml:"DescribeStacksResult>Stacks>member>EnableTerminationProtection"`
	}
	err := cloudFormation(ctx, at, url.Values{"Action": {"DescribeStacks"}, "StackName": {name}}, &described)
	return len(described.Protected) > 0 && described.Protected[0], err
}

// goingBuckets are the buckets that the deployed template deletes with the
// stack.
func goingBuckets(ctx context.Context, at *cloud.Account, name string) ([]string, error) {
	var got struct {
		Body string `xml:"GetTemplateResult>TemplateBody"`
	}
	if err := cloudFormation(ctx, at, url.Values{"Action": {"GetTemplate"}, "StackName": {name}}, &got); err != nil {
		return nil, err
	}
	var template struct {
		Resources map[string]struct{ DeletionPolicy string }
	}
	if err := json.Unmarshal([]byte(got.Body), &template); err != nil {
		return nil, fmt.Errorf("read the template, which is another's or SAM's: %w", err)
	}
	var described struct {
		Resources []struct {
			Logical  string `xml:"LogicalResourceId"`
			Physical string `xml:"PhysicalResourceId"`
			Type     string `xml:"ResourceType"`
		} `xml:"DescribeStackResourcesResult>StackResources>member"`
	}
	if err := cloudFormation(ctx, at, url.Values{"Action": {"DescribeStackResources"}, "StackName": {name}}, &described); err != nil {
		return nil, err
	}
	var going []string
	for _, r := range described.Resources {
		if r.Type == "AWS::S3::Bucket" && r.Physical != "" && template.Resources[r.Logical].DeletionPolicy == "Delete" {
			going = append(going, r.Physical)
		}
	}
	return going, nil
}
