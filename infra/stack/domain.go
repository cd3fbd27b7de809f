package stack

// url is where the API is found by the operator's own name.
func (d Domain) url() string {
	if d.BasePath == "" {
		return "https://" + d.Name
	}
	return "https://" + d.Name + "/" + d.BasePath
}

// addDomain puts the stage behind a name of the operator's, whose certificate is
// in the stack's region, and the name into its zone if that is Route 53's.
func addDomain(resources object, p Profile) {
	d := p.Domain
	resources["Domain"] = object{
		"Type": "AWS::ApiGateway::DomainName",
		"Properties": object{
			"DomainName": d.Name, "RegionalCertificateArn": d.Certificate, "SecurityPolicy": "TLS_1_2",
			"EndpointConfiguration": object{"Types": []string{"REGIONAL"}},
		},
	}
	mapping := object{"DomainName": ref("Domain"), "RestApiId": ref("Api"), "Stage": ref("Stage")}
	optional(mapping, "BasePath", d.BasePath)
	resources["DomainMapping"] = object{"Type": "AWS::ApiGateway::BasePathMapping", "Properties": mapping}
	if d.HostedZone != "" {
		resources["DomainRecord"] = object{
			"Type": "AWS::Route53::RecordSet",
			"Properties": object{
				"HostedZoneId": d.HostedZone, "Name": d.Name, "Type": "A",
				"AliasTarget": object{
					"DNSName":      attribute("Domain", "RegionalDomainName"),
					"HostedZoneId": attribute("Domain", "RegionalHostedZoneId"),
				},
			},
		}
	}
}
