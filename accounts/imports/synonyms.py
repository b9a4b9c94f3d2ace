"""What other systems call our columns, for guessing a mapping from a header. Case, spaces and punctuation do
not count."""

from __future__ import annotations

ACCOUNT = {
    "account.external_id": "account id,company id,crm id,record id,id,isin,ticker",
    "account.name": "account name,company,company name,account,organization,organisation,organization name",
    "account.domain": "website,web site,web,url,homepage,company domain,domain name,email domain",
    "account.industry": "sector,branch,industry name,vertical",
    "account.sic_code": "sic,sic codes",
    "account.annual_revenue": "revenue,turnover,sales,annual turnover,yearly revenue",
    "account.employees": (
        "employee count,number of employees,no of employees,employees count,headcount,company size,size,staff"
    ),
    "account.city": "town,billing city,hq city,headquarters",
    "account.state": "region,province,state or province,state province,billing state,federal state",
    "account.country": "nation,country name,billing country,country region",
    "account.time_zone": "timezone,tz,iana time zone",
    "account.owner_email": "owner,account owner,account owner email,owner mail,sales owner email",
}

PERSON = {
    "person.external_id": "person id,contact id,lead id,crm id,record id,id",
    "person.email": "work email,email address,mail,business email,company email",
    "person.first_name": "given name,forename,firstname",
    "person.last_name": "family name,surname,lastname",
    "person.job_title": "title,position,job,function",
    "person.phone": "telephone,phone number,tel,business phone,work phone",
    "person.mobile_phone": "mobile,cell,cell phone,mobile number",
    "person.city": "town",
    "person.state": "region,province,state or province",
    "person.country": "nation,country name",
    "person.postal_code": "zip,zip code,postcode,post code",
    "person.language": "locale,preferred language",
    "person.time_zone": "timezone,tz,iana time zone",
    "person.date_of_birth": "birth date,birthday,birthdate,dob",
    "person.unsubscribed": "opted out,opt out,has opted out of email",
    "person.unsubscribed_reason": "unsubscribe reason,opt out reason",
    "person.consent_email": "email consent,consent mail,email opt in",
    "person.consent_sms": "sms consent,sms opt in",
    "person.email_invalid": "invalid email,email bounced",
    "person.is_test": "test,test flag,is test person",
    "account.external_id": "company id,account external id,company external id",
    "account.domain": "company domain,website,company website,account website",
    "account.name": "company,company name,account,organization,organisation",
    "role": "role in account,role in the account,account role,person role in account",
    "primary": "is primary,primary account,primary company",
}
