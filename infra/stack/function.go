package stack

import (
	"errors"
	"fmt"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// masterKey is the variable, and the member of the secret, that has the key.
const masterKey = "LITELLM_MASTER_KEY"

// addFunction adds a function with all that is its own: a role, logs that end,
// and leave for the API to invoke it.
func addFunction(resources object, p Profile, f routes.Function, zip string) error {
	if zip == "" {
		return errors.New("it has no zip")
	}
	variables, err := environment(f)
	if err != nil {
		return err
	}
	id := logicalID(f.Name)
	resources[id+"Logs"] = object{
		"Type": "AWS::Logs::LogGroup", "DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete",
		"Properties": object{"RetentionInDays": p.LogDays},
	}
	resources[id+"Role"] = role(id)
	resources[id+"Function"] = object{
		"Type": "AWS::Lambda::Function",
		"Properties": object{
			"Description":   "Tollgate: " + f.Name,
			"Runtime":       "provided.al2023",
			"Architectures": []string{"arm64"},
			"Handler":       "bootstrap",
			"Code":          object{"S3Bucket": ref("CodeBucket"), "S3Key": zip},
			"MemorySize":    f.MemoryMB,
			"Timeout":       f.TimeoutSeconds,
			"Environment":   object{"Variables": variables},
			"LoggingConfig": object{"LogGroup": ref(id + "Logs")},
			"Role":          attribute(id+"Role", "Arn"),
		},
	}
	if f.Mode != "" { // it has routes
		resources[id+"Permission"] = permission(id, "apigateway.amazonaws.com",
			sub("arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/"+p.Name+"/*"))
	}
	return nil
}

// environment gives each variable that the function reads its value. One that
// is not known here stops the stack: a function would start without it.
func environment(f routes.Function) (object, error) {
	known := object{
		"CONFIG_FILE_PATH": "",  // the zips hold a program and no config.yaml: the demo model, and models that the table has
		"GOMAXPROCS":       "1", // a function of 256 MB has a seventh of a processor
		masterKey:          sub("{{resolve:secretsmanager:${Secret}:SecretString:" + masterKey + "}}"),
		"RESPONSE_MODE":    string(f.Mode),
		"TABLE_NAME":       ref("Table"),
	}
	variables := object{}
	for _, name := range f.Env {
		value, ok := known[name]
		if !ok {
			return nil, fmt.Errorf("no value is known for its variable %s", name)
		}
		variables[name] = value
	}
	return variables, nil
}

// role lets a function write its own log and use the table, and nothing else.
// AWS's managed policies are not used: theirs is every log group of the account.
func role(id string) object {
	return object{
		"Type": "AWS::IAM::Role",
		"Properties": object{
			"AssumeRolePolicyDocument": policy(object{
				"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": object{"Service": "lambda.amazonaws.com"},
			}),
			"Policies": []object{{
				"PolicyName": "own",
				"PolicyDocument": policy(
					allow(attribute(id+"Logs", "Arn"), "logs:CreateLogStream", "logs:PutLogEvents"),
					allow(attribute("Table", "Arn"), "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"),
					allow(sub("${Table.Arn}/index/"+indexName), "dynamodb:Query"),
				),
			}},
		},
	}
}

// addSchedule has EventBridge invoke the schedule function every minute.
func addSchedule(resources object) {
	id := logicalID(routes.Schedule().Name)
	resources["EveryMinute"] = object{
		"Type": "AWS::Events::Rule",
		"Properties": object{
			"Description": "What is due every minute", "ScheduleExpression": "rate(1 minute)", "State": "ENABLED",
			"Targets": []object{{"Id": "schedule", "Arn": attribute(id+"Function", "Arn")}},
		},
	}
	resources[id+"Permission"] = permission(id, "events.amazonaws.com", attribute("EveryMinute", "Arn"))
}

// permission lets a service invoke a function, streamed or not, on behalf of
// one source.
func permission(id, service string, source object) object {
	return object{
		"Type": "AWS::Lambda::Permission",
		"Properties": object{
			"Action": "lambda:InvokeFunction", "FunctionName": attribute(id+"Function", "Arn"),
			"Principal": service, "SourceArn": source,
		},
	}
}

func policy(statements ...object) object {
	return object{"Version": "2012-10-17", "Statement": statements}
}

func allow(resource object, actions ...string) object {
	return object{"Effect": "Allow", "Action": actions, "Resource": resource}
}
