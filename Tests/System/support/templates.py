"""Templates of the tests."""

GROUPS = """\
Description: A log and a group
Parameters:
  Text: {Type: String, Default: first}
  Days: {Type: Number, Default: 7}
Resources:
  Vpc: {Type: "Cld::AWS::DefaultVpc"}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: !Ref Text, VpcId: !Ref Vpc}
  Log:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: !Sub "/${AWS::StackName}/${Group.GroupId}"}
  Other: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: !Ref Days}}
Outputs:
  Id: {Value: !GetAtt Group.GroupId, Description: the id of the group}
"""

WAITING = """\
Parameters:
  Count: {Type: Number, Default: 1}
  Timeout: {Type: Number, Default: 60}
Resources:
  Handle: {Type: "AWS::CloudFormation::WaitConditionHandle"}
  Log: {Type: "AWS::Logs::LogGroup"}
  Ready:
    Type: AWS::CloudFormation::WaitCondition
    DependsOn: Log
    Properties: {Handle: !Ref Handle, Timeout: !Ref Timeout, Count: !Ref Count}
Outputs:
  Data: {Value: !GetAtt Ready.Data}
"""

INNER = """\
Parameters:
  Name: {Type: String}
  Text: {Type: String}
Resources:
  Vpc: {Type: "Cld::AWS::DefaultVpc"}
  Log: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Ref Name}}
  Group:
    Type: AWS::EC2::SecurityGroup
    DependsOn: Log
    Properties: {GroupDescription: !Ref Text, VpcId: !Ref Vpc}
Outputs:
  Group: {Value: !GetAtt Group.GroupId}
"""

OUTER = """\
Parameters:
  Text: {Type: String, Default: first}
  Prefix: {Type: String, Default: /outer/last}
Resources:
  Inner:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: parts/inner.yaml
      Parameters: {Name: !Sub "/${AWS::StackName}/inner", Text: !Ref Text}
  Last:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: !Sub "${Prefix}/${Inner.Outputs.Group}"}
Outputs:
  Group: {Value: !GetAtt Inner.Outputs.Group}
"""

# What StackMate's example was: a machine that installs itself and says when it is ready.
LAMP = """\
AWSTemplateFormatVersion: "2010-09-09"
Description: A web server with its database, on one machine
Parameters:
  InstanceType: {Type: String, Default: t3.micro, AllowedValues: [t3.micro, t3.small]}
  Image: {Type: String, Default: ami-12c6146b}
  DatabasePassword: {Type: String, NoEcho: true, MinLength: 8}
Mappings:
  Port: {Web: {Number: "80"}}
Resources:
  Vpc: {Type: "Cld::AWS::DefaultVpc"}
  WebGroup:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: the web server
      VpcId: !Ref Vpc
  WebAccess:
    Type: AWS::EC2::SecurityGroupIngress
    Properties:
      GroupId: !GetAtt WebGroup.GroupId
      IpProtocol: tcp
      FromPort: !FindInMap [Port, Web, Number]
      ToPort: !FindInMap [Port, Web, Number]
      CidrIp: 0.0.0.0/0
  Server:
    Type: AWS::EC2::Instance
    Metadata:
      AWS::CloudFormation::Init:
        config: {packages: {yum: {httpd: [], php: []}}}
    Properties:
      ImageId: !Ref Image
      InstanceType: !Ref InstanceType
      SecurityGroupIds: [!GetAtt WebGroup.GroupId]
      UserData:
        Fn::Base64: !Sub |
          #!/bin/bash
          echo "password ${DatabasePassword}" > /etc/lamp
          metadata "${Cld::HelperURL}" "${AWS::StackName}"
          curl -sS -X PUT -H 'Content-Type:' --data-binary '{"Status": "SUCCESS", "Reason": "installed", "UniqueId": "server", "Data": "index.php"}' '${Handle}'
  Handle: {Type: "AWS::CloudFormation::WaitConditionHandle"}
  Installed:
    Type: AWS::CloudFormation::WaitCondition
    DependsOn: Server
    Properties: {Handle: !Ref Handle, Timeout: 90}
Outputs:
  Page: {Value: !Sub "http://${Server.PrivateIp}/", Description: the page}
  Installed: {Value: !GetAtt Installed.Data}
"""
