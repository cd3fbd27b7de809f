package stack

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// role lets a function write its own log, do what its grants say and what options
// need, and nothing else. AWS's managed policies are not used: theirs is every
// log group of the account.
func role(p Profile, f routes.Function) (object, error) {
	statements := []object{allow([]string{"logs:CreateLogStream", "logs:PutLogEvents"}, attribute(logicalID(f.Name)+"Logs", "Arn"))}
	var wide []finding
	for _, g := range slices.Concat(f.Grants, p.grants()) {
		at, err := place(g)
		if err != nil {
			return nil, err
		}
		statements = append(statements, allow(g.Actions, at))
		wide = append(wide, wildcards(at, g.Why)...)
	}
	if len(p.Network.Subnets) > 0 {
		statements = append(statements, notByItself())
	}
	r := object{
		"Type": "AWS::IAM::Role",
		"Properties": object{
			"AssumeRolePolicyDocument": assumedBy("lambda.amazonaws.com"),
			"Policies":                 []object{{"PolicyName": "own", "PolicyDocument": policy(statements...)}},
		},
	}
	if len(wide) > 0 {
		r["Metadata"] = accepted(wide...)
	}
	return r, nil
}

// grants are what options add to every function's.
func (p Profile) grants() []routes.Grant {
	var all []routes.Grant
	if p.Tracing {
		all = append(all, routes.Grant{
			On: routes.Anywhere, Why: "X-Ray has no resources for traces; Lambda sends them in the function's name",
			Actions: []string{"xray:PutTelemetryRecords", "xray:PutTraceSegments"},
		})
	}
	if p.Key {
		all = append(all, routes.Grant{
			On: keyPlace, Why: "AWS's services ask for what they keep in the function's name",
			Actions: []string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"},
		})
	}
	if len(p.Network.Subnets) > 0 {
		all = append(all, routes.Grant{
			On: routes.Anywhere, Why: "Lambda makes the function's network interfaces, which have no names before they are there, and looks for them among all",
			Actions: interfaces(),
		})
	}
	return all
}

// interfaces are what Lambda asks of EC2 for a function in a VPC.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
func interfaces() []string {
	return []string{
		"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces",
		"ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
	}
}

// notByItself takes from the function's code what Lambda needs before it runs:
// requests of the code name the function that they come from.
func notByItself() object {
	return object{
		"Effect": "Deny", "Action": interfaces(), "Resource": "*",
		"Condition": object{"Null": object{"lambda:SourceFunctionArn": "false"}},
	}
}

// place is what a grant is for, as IAM has it.
func place(g routes.Grant) (any, error) {
	if queue, ok := strings.CutPrefix(string(g.On), "Queue:"); ok {
		return attribute(logicalID(queue)+"Queue", "Arn"), nil
	}
	switch g.On {
	case routes.Table:
		return attribute("Table", "Arn"), nil
	case routes.Index:
		return sub("${Table.Arn}/index/" + indexName), nil
	case routes.Config:
		return sub("${Bucket.Arn}/" + routes.ConfigKey[:strings.LastIndex(routes.ConfigKey, "/")] + "/*"), nil
	case routes.Secret:
		return ref("Secret"), nil
	case keyPlace:
		return attribute("Key", "Arn"), nil
	case routes.Anywhere:
		if g.Why != "" {
			return "*", nil
		}
		return nil, fmt.Errorf("%s is granted for everything, without a reason", strings.Join(g.Actions, ", "))
	}
	return nil, fmt.Errorf("no resource is known for the place %q", g.On)
}

func policy(statements ...object) object {
	return object{"Version": "2012-10-17", "Statement": statements}
}

func allow(actions []string, resource any) object {
	return object{"Effect": "Allow", "Action": actions, "Resource": resource}
}

func assumedBy(service string) object {
	return policy(object{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": object{"Service": service}})
}
