package stack

import (
	"fmt"
	"strings"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// role lets a function write its own log and do what its grants say, and nothing
// else. AWS's managed policies are not used: theirs is every log group of the
// account.
func role(f routes.Function) (object, error) {
	statements := []object{allow([]string{"logs:CreateLogStream", "logs:PutLogEvents"}, attribute(logicalID(f.Name)+"Logs", "Arn"))}
	var wide []finding
	for _, g := range f.Grants {
		at, err := place(g)
		if err != nil {
			return nil, err
		}
		statements = append(statements, allow(g.Actions, at))
		wide = append(wide, wildcards(at, g.Why)...)
	}
	return object{
		"Type":     "AWS::IAM::Role",
		"Metadata": accepted(wide...),
		"Properties": object{
			"AssumeRolePolicyDocument": policy(object{
				"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": object{"Service": "lambda.amazonaws.com"},
			}),
			"Policies": []object{{"PolicyName": "own", "PolicyDocument": policy(statements...)}},
		},
	}, nil
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
		return sub("${Bucket.Arn}/" + configKey[:strings.LastIndex(configKey, "/")] + "/*"), nil
	case routes.Secret:
		return ref("Secret"), nil
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
